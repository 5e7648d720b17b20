import { apiCall, bareCall, portkeyCall } from './calls.mjs';
import { createDatabase, startServer } from './database.mjs';
import { startPortkey } from './peers.mjs';
import { startProduct } from './product.mjs';
import { startProgram } from './programs.mjs';
import { makeCatalog, makeTenant } from './tenants.mjs';

/** What all cases share: vendor, peers, load, the database server, and one process of the product with a tenant. */
export async function startBench({ secondsARound, ...figures }) {
  const stops = [];
  const begun = (running) => {
    if (running.stop) stops.push(running.stop);
    return running;
  };
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    const vendor = begun(await startProgram('vendor'));
    const vendorUrl = `http://127.0.0.1:${vendor.port}`;
    const bare = begun(await startProgram('bare-proxy', { VENDOR_URL: vendorUrl }));
    const load = begun(await startProgram('load'));
    const portkey = begun(await startPortkey());
    const server = begun(await startServer());
    const settings = { ...figures, durationMs: secondsARound * 1_000 };
    const bench = { ...settings, vendorUrl, bare, portkey, load, server, stop };
    return { ...bench, site: begun(await startSite(bench)) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A database of its own with processes of the product on it, and tenants in it. */
export async function startSite({ server, vendorUrl }, { processes = 1, tenants = 1 } = {}) {
  const database = await createDatabase(server);
  const products = [];
  const stop = async () => {
    for (const product of products) await product.stop();
    await database.drop();
  };
  try {
    for (let index = 0; index < processes; index++) products.push(await startProduct(database));
    await makeCatalog(products[0], vendorUrl);
    const made = [];
    for (let index = 0; index < tenants; index++) made.push(await makeTenant(products[0]));
    return { database, products, tenants: made, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The product as a side of a comparison: each of its tenants through each of its processes. */
export function productSide({ products, tenants }, { name = 'product', api = 'chat completions', chunks = null } = {}) {
  const targets = products.flatMap((product) => tenants.map((tenant) => apiCall(api, product, tenant, { chunks })));
  return { name, pids: products.map(({ pid }) => pid), targets };
}

/** The product and its peers, as far as they run here. */
export function allSides({ bare, portkey, vendorUrl, site }, chunks = null) {
  const sides = [
    { name: 'bare', pids: [bare.pid], targets: [bareCall(bare.port, chunks)] },
    productSide(site, { chunks }),
  ];
  if (portkey.pid)
    sides.push({ name: 'portkey', pids: [portkey.pid], targets: [portkeyCall(portkey.port, vendorUrl, chunks)] });
  return sides;
}
