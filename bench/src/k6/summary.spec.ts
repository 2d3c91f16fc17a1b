import { expect, it } from 'vitest';
import { summaryOf } from './summary.js';

const times = { med: 1, 'p(95)': 2, 'p(99)': 3 };

function written(metrics: object): unknown {
  return {
    metrics: {
      iterations: { count: 10, rate: 1 },
      checks: { passes: 10, fails: 0, thresholds: { 'rate==1': false } },
      http_req_duration: { ...times, thresholds: { 'p(99)<1000': false } },
      ...metrics,
    },
  };
}

it('is the times of the requests and the share of checks that did not hold', () => {
  const checks = { passes: 30, fails: 10 };
  expect(summaryOf(written({ checks }))).toEqual({
    requests: 10,
    p50: 1,
    p95: 2,
    p99: 3,
    errors: 0.25,
    faults: [],
  });
});

it('takes the times of gRPC where there are some', () => {
  expect(summaryOf(written({ grpc_req_duration: { ...times, med: 7 } })).p50).toBe(7);
});

it('has a fault for each threshold that was crossed', () => {
  const checks = { passes: 9, fails: 1, thresholds: { 'rate==1': true } };
  expect(summaryOf(written({ checks })).faults).toEqual(['checks does not keep rate==1']);
});

it('has a fault when the books of the product differ from the requests', () => {
  expect(summaryOf(written({ books_found: { value: 10 } })).faults).toEqual([]);
  expect(summaryOf(written({ books_found: { value: 9 } })).faults).toEqual([
    "10 requests, and the product's books say 9",
  ]);
});
