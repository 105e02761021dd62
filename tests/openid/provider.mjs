// A certified OpenID provider of other people, on a free port of this machine. Whoever types a name is that person: the
// forms are those that oidc-provider brings for development.
//
// provider.mjs MODULES CLIENT_ID CLIENT_SECRET REDIRECT_URI; says its issuer on the first line.

import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const [modules, clientId, clientSecret, redirectUri] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(`${modules}/oidc-provider/lib/index.js`));

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
    pkce: { required: () => true },
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
