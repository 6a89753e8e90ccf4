import '@testing-library/jest-dom/vitest';
import { startWords } from './words';

await startWords();
