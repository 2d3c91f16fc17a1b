import { describe, expect, it } from 'vitest';
import { Metrics } from './metrics.js';
import { RouteMetrics } from './request-metrics.js';

describe('Metrics', () => {
  it('are written in the text format of Prometheus', () => {
    const metrics = new Metrics();
    const served = metrics.counter('served_total', 'Numbers\nserved.', { kind: 'a"b\\c' });
    served.add();
    served.add(2);
    metrics.gauge('left', 'Numbers left.', () => 7);
    const seconds = metrics.histogram('took_seconds', 'Time.', [0.1, 1]);
    [0.1, 0.5, 3].forEach((value) => seconds.observe(value));
    expect(metrics.expose()).toBe(
      [
        '# HELP served_total Numbers\\nserved.',
        '# TYPE served_total counter',
        'served_total{kind="a\\"b\\\\c"} 3',
        '# HELP left Numbers left.',
        '# TYPE left gauge',
        'left 7',
        '# HELP took_seconds Time.',
        '# TYPE took_seconds histogram',
        'took_seconds_bucket{le="0.1"} 1',
        'took_seconds_bucket{le="1"} 2',
        'took_seconds_bucket{le="+Inf"} 3',
        'took_seconds_sum 3.6',
        'took_seconds_count 3',
        '',
      ].join('\n'),
    );
  });

  it('refuse one name for two things', () => {
    const metrics = new Metrics();
    metrics.counter('a_total', 'A.');
    expect(() => metrics.counter('a_total', 'A.')).toThrow('registered twice');
    expect(() => metrics.gauge('a_total', 'A.', () => 1, { x: '1' })).toThrow('registered twice');
  });

  it('count requests by route, method and status, with methods that nobody knows as one', () => {
    const metrics = new Metrics();
    const route = new RouteMetrics(metrics, '/getCounter');
    route.record('GET', 200, 0.001);
    route.record('GET', 200, 0.001);
    route.record('BREW', 405, 0.001);
    route.record('PROPFIND', 405, 0.001);
    const text = metrics.expose();
    expect(text).toContain('http_requests_total{route="/getCounter",method="GET",status="200"} 2');
    expect(text).toContain('http_requests_total{route="/getCounter",method="other",status="405"} 2');
    expect(text).toContain('http_request_duration_seconds_count{route="/getCounter"} 4');
  });
});
