// Judges a simulated camera with the npm package `onvif`.
//
// Usage: node npm_client.js HOST PORT USER PASSWORD (wsse | digest), or: node npm_client.js discover
// Prints one JSON object; any fault ends it with a message and code 1.

const { Cam, Discovery } = require('onvif');
const http = require('http');

const done = (error) => {
	console.error(error);
	process.exit(1);
};

const call = (cam, name, ...options) =>
	new Promise((resolve, reject) =>
		cam[name](...options, (error, answer) => (error ? reject(new Error(`${name}: ${error.message}`)) : resolve(answer))));

// The package fetches no pictures; it signs the request all the same.
const fetch = (cam, uri) =>
	new Promise((resolve, reject) => {
		const url = new URL(uri);
		const options = { method: 'GET', hostname: url.hostname, port: url.port, path: url.pathname + url.search };
		const read = (response) => {
			const parts = [];
			response.on('data', (part) => parts.push(part));
			response.on('end', () => resolve({ status: response.statusCode, body: Buffer.concat(parts) }));
		};
		http.get(options, (response) => {
			if (response.statusCode !== 401) {
				return read(response);
			}
			response.resume();
			const raw = response.rawHeaders;
			const asked = raw.filter((value, at) => at % 2 === 1 && raw[at - 1].toLowerCase() === 'www-authenticate');
			const headers = { Authorization: cam.digestAuth(asked, options) };
			http.get({ ...options, headers }, read).on('error', reject);
		}).on('error', reject);
	});

async function judge(host, port, username, password, manner) {
	const cam = new Cam({
		hostname: host, port: Number(port), username, password, useWSSecurity: manner === 'wsse', autoconnect: false,
	});
	await call(cam, 'connect');
	const found = {};
	found.serial = (await call(cam, 'getDeviceInformation')).serialNumber;
	found.year = (await call(cam, 'getSystemDateAndTime')).getUTCFullYear();
	found.capabilities = Object.keys(await call(cam, 'getCapabilities')).sort();
	found.services = (await call(cam, 'getServices', true)).length;
	found.hostname = (await call(cam, 'getHostname')).name;
	found.profiles = cam.profiles.map((profile) => profile.$.token);
	found.stream = (await call(cam, 'getStreamUri', { protocol: 'RTSP' })).uri;
	const snapshot = (await call(cam, 'getSnapshotUri')).uri;
	const picture = await fetch(cam, snapshot);
	found.snapshot = { status: picture.status, start: picture.body.subarray(0, 3).toString('hex') };

	found.presets = Object.keys(await call(cam, 'getPresets'));
	await call(cam, 'continuousMove', { x: 0.5, y: 0, zoom: 0, timeout: 30000 });
	const moving = await call(cam, 'getStatus');
	await call(cam, 'stop', { panTilt: true, zoom: true });
	const still = await call(cam, 'getStatus');
	found.move = [moving.moveStatus.panTilt, still.moveStatus.panTilt];
	found.brightness = (await call(cam, 'getImagingSettings')).brightness;

	await call(cam, 'getEventServiceCapabilities');
	await call(cam, 'getEventProperties');
	await call(cam, 'createPullPointSubscription');
	const first = await call(cam, 'pullMessages', { messageLimit: 10 });
	found.firstOperation = first.notificationMessage.message.message.$.PropertyOperation;
	const renewed = await call(cam, 'renew', {});
	found.renewedSeconds = (renewed.terminationTime - renewed.currentTime) / 1000;
	// The test raises a motion when it sees this line.
	console.log('waiting');
	const second = await call(cam, 'pullMessages', { messageLimit: 10 });
	found.motion = second.notificationMessage.message.message.data.simpleItem.$.Value;
	await new Promise((resolve, reject) => cam.unsubscribe((error) => (error ? reject(error) : resolve())));
	console.log(JSON.stringify(found));
	process.exit(0);
}

function discover() {
	// Answers of other devices in the same network are not ours to judge.
	Discovery.on('error', () => {});
	Discovery.probe({ timeout: 3000 }, (_, cams) => {
		const found = cams.filter((cam) => cam.hostname).map((cam) => `${cam.hostname}:${cam.port}${cam.path}`);
		console.log(JSON.stringify(found.sort()));
		process.exit(0);
	});
}

process.on('unhandledRejection', done);
if (process.argv[2] === 'discover') {
	discover();
} else {
	judge(...process.argv.slice(2)).catch(done);
}
