import { spawn } from 'node:child_process';

/**
 * Runs a command to its end; nothing of its output is shown, and what it said is returned. When this process is told to end, so is the command.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ code: number, output: string }>} code 127 when it could not be started
 */
export function runCommand(command, args, { cwd, env = process.env }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (output += text));
    const end = (signal) => {
      child.kill(signal);
      process.exit(1);
    };
    process.on('SIGTERM', end).on('SIGINT', end);
    const finish = (result) => {
      process.off('SIGTERM', end).off('SIGINT', end);
      resolve(result);
    };
    child.once('error', (error) => finish({ code: 127, output: error.message }));
    child.once('close', (code) => finish({ code: code ?? 1, output }));
  });
}
