import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import '../lib/theme.css';
import './playground.css';
import { createRoot } from 'react-dom/client';
import { Playground } from './playground.js';

createRoot(document.getElementById('root')!).render(<Playground />);
