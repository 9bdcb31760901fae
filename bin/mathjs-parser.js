// The parser of mathjs, without the number types and functions that are made when mathjs is loaded whole.
import { create, parseDependencies } from "mathjs/number";

export const { parse } = create(parseDependencies);
