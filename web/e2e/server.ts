import { type ChildProcess, spawn } from 'node:child_process';

export const BIN = process.env.ZHIKE_BIN ?? '';
export type Server = { url: string; link: Promise<string>; stop: () => Promise<void> };

/** A server of one journey, on a folder of its own. */
export async function serve(data: string): Promise<Server> {
  const child: ChildProcess = spawn(BIN, ['serve', '--data', data, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const seen = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(output);
        if (found) resolve(found[0]);
      };
      child.stdout?.on('data', look);
      child.stderr?.on('data', look);
      child.on('exit', () => reject(new Error(output)));
      setTimeout(() => reject(new Error(`${pattern} is not in ${output}`)), 10_000).unref();
      look();
    });
  const add = (text: Buffer) => {
    output += text.toString();
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  const link = seen(/http:\/\/[^\s"]+\/setup\?token=[\w.~-]+/);
  link.catch(() => {});
  const url = await seen(/http:\/\/127\.0\.0\.1:[1-9]\d*/);
  return {
    url,
    link,
    stop: () =>
      new Promise((resolve) => {
        child.on('exit', () => resolve());
        child.kill();
      }),
  };
}
