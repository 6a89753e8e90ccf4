import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/**
 * Text assets are compressed once, here, so that the Go server only picks a file.
 * In closeBundle and nowhere earlier: before it Vite has not replaced its preload marks, and only the compressed files would be broken.
 */
function precompress(): Plugin {
  let dir = 'dist';
  return {
    name: 'precompress',
    apply: 'build',
    configResolved(config) {
      dir = config.build.outDir;
    },
    closeBundle() {
      mkdirSync(dir, { recursive: true });
      for (const file of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(js|css|html|svg|json|webmanifest)$/.test(file)) continue;
        const source = readFileSync(join(dir, file));
        if (source.length < 1024) continue;
        writeFileSync(join(dir, `${file}.gz`), gzipSync(source, { level: 9 }));
        writeFileSync(join(dir, `${file}.br`), brotliCompressSync(source, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
      }
      // Go embeds the folder: the mark keeps it in git and the embed pattern true before the first build.
      writeFileSync(join(dir, '.keep'), '');
    },
  };
}

export default defineConfig({
  plugins: [react(), precompress()],
  resolve: { tsconfigPaths: true },
  server: { proxy: { '/api': process.env.ZHIKE_API ?? 'http://127.0.0.1:8080' }, fs: { allow: ['..'] } },
  build: {
    target: ['chrome99', 'safari15.4'],
    assetsDir: 'assets',
    assetsInlineLimit: 2048,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: 'react', test: /node_modules\/(react|react-dom|scheduler)\//, priority: 30 }],
        },
      },
    },
  },
});
