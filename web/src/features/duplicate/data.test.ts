import { describe, expect, it } from 'vitest';
import { worthAsking } from './data';

describe('what is worth a question', () => {
  it('is a name of four signs', () => {
    expect(worthAsking({ name: ' 绍兴市 ' })).toBeNull();
    expect(worthAsking({ name: ' 绍兴  茶业公司 ' })).toEqual({ name: '绍兴 茶业公司' });
  });
  it('is a whole code', () => {
    expect(worthAsking({ credit_code: '91330110MA27XK1' })).toBeNull();
    expect(worthAsking({ credit_code: '91330110ma27xk1y2p' })).toEqual({ credit_code: '91330110MA27XK1Y2P' });
  });
  it('is a whole number', () => {
    expect(worthAsking({ phone: '1990000' })).toBeNull();
    expect(worthAsking({ phone: '199 0000-0001' })).toEqual({ phone: '19900000001' });
    expect(worthAsking({ phone: '0571-88880001' })).toEqual({ phone: '057188880001' });
    expect(worthAsking({ phone: 'wx_ruiheng' })).toBeNull();
  });
});
