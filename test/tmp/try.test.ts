import "/tmp/try.ts";
