/** Whether `npm run test:all` runs: crosses are whole, of which `npm test` has a part that meets each of their values. */
export const wholeCrosses = process.env.LAWFIT_WHOLE_CROSSES === "1";
