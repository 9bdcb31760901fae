import "./try-body.ts";
