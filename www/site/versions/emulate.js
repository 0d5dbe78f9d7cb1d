// Makes the host behave as another version or transport; stands after /config.js and before the host.
const { emulate, transport, comet, intercept, deployment } = document.currentScript.dataset;
const { main, webchat, speechstorm } = window._genesys.widgets;
if (emulate) main.emulate = emulate;
if (transport) webchat.transport = { type: transport };
if (comet) webchat.cometD = { enabled: true };
if (intercept) speechstorm.intercept = intercept;
if (deployment) main.deploymentID = deployment;
