import { describe, expect, it } from 'vitest';
import { deviceOf, onPhone } from './device';

describe('a device by its agent', () => {
  it.each([
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      'Windows',
      'Chrome',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0',
      'Windows',
      'Edge',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
      'macOS',
      'Safari',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Linux', 'Firefox'],
  ])('%s', (agent, system, browser) => {
    expect(deviceOf(agent)).toContain(system);
    expect(deviceOf(agent)).toContain(browser);
    expect(onPhone(agent)).toBe(false);
  });
  it('a phone, and what says nothing of itself', () => {
    const wechat = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50';
    expect(deviceOf(wechat)).toContain('iPhone');
    expect(deviceOf(wechat)).not.toContain('Safari');
    expect(onPhone(wechat)).toBe(true);
    expect(deviceOf('curl/8.5')).not.toContain('curl');
    expect(deviceOf('')).not.toBe('');
  });
});
