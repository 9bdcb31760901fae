/**
 * Whether `npm run test:all` runs: crosses are whole, of which `npm test` has a part that meets each of their values, and long studies
 * on real data, whose methods `npm test` has on made-up data, are made too.
 */
export const wholeCrosses = process.env.LAWFIT_WHOLE_CROSSES === "1";
