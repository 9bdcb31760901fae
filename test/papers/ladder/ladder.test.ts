import { expect, test } from "vitest";
import { type Row, smallLadder, TRUE_LAW, TRUE_LINK, trueAccuracy, trueLoss } from "../../methods/tables.ts";
import { planLadder } from "./plan.ts";

const solved = [Float64Array.from(TRUE_LAW), Float64Array.from(TRUE_LINK)];

test("the loss at the target's size goes through the link", () => {
  const [prediction] = planLadder(smallLadder()).predict(solved);
  const loss = trueLoss(7e9, 4e12);
  expect(prediction!.target).toBe("big");
  expect(prediction!.featurePredicted).toBeCloseTo(loss, 12);
  expect(prediction!.predicted).toBeCloseTo(trueAccuracy(loss), 12);
});

test("actual values are means of the target's last rows, and the link alone starts from the actual loss", () => {
  const final: Row[] = [0.9, 0.7, 0.5].map((loss, i) => ({
    run: "big",
    role: "target",
    n: 7e9,
    d: 5e12 + i,
    metrics: { loss, accuracy: 1 - loss },
  }));
  const rows = [...smallLadder().filter(({ role }) => role !== "target"), ...final];
  const [mean2] = planLadder(rows, { final_window: 2 }).predict(solved);
  expect(mean2!.featureActual).toBeCloseTo(0.6, 12);
  expect(mean2!.actual).toBeCloseTo(0.4, 12);
  expect(mean2!.linkPredicted).toBeCloseTo(trueAccuracy(0.6), 12);
  expect(mean2!.featurePredicted).toBeCloseTo(trueLoss(7e9, 5e12 + 2), 12);
});

test("a target that was not measured has a prediction and no actual values", () => {
  const rows = smallLadder(["t", "u"]).filter(({ role, subject }) => role !== "target" || subject === "u");
  const [prediction] = planLadder(rows).predict(solved);
  expect(prediction!.predicted).toBeCloseTo(trueAccuracy(trueLoss(7e9, 4e12)), 12);
  expect(prediction!.actual).toBeNaN();
  expect(prediction!.featureActual).toBeNaN();
  expect(prediction!.linkPredicted).toBeNaN();
});
