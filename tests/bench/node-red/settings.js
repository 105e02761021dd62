// Node-RED without editor, HTTP and disk: only the flow, so that the comparison is with its fastest form.
module.exports = {
    flowFile: require("path").join(__dirname, "flow.json"),
    readOnly: true,
    credentialSecret: false,
    httpAdminRoot: false,
    httpNodeRoot: false,
    disableEditor: true,
    externalModules: { palette: { allowInstall: false }, modules: { allowInstall: false } },
    contextStorage: { default: { module: "memory" } },
    telemetry: { enabled: false, updateNotification: false },
    logging: { console: { level: "info", metrics: false, audit: false } },
};
