/** Who may import whom (ARCHITECTURE.md, layers). Tests may reach for whatever they test with. */
const TEST = '\\.test\\.tsx?$';
/** Shared checks that every adapter's tests run. */
const ACCEPTANCE = '^src/ports/acceptance/';
/** What tests of one folder share. */
const TESTING = '/testing/';
const NOT_TESTS = [TEST, ACCEPTANCE, TESTING];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'An import that is not followed is not checked.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '\\?(script|raw|worker|url)$' },
    },
    {
      name: 'wire-imports-nothing',
      severity: 'error',
      from: { path: '^src/core/wire/', pathNot: NOT_TESTS },
      to: { pathNot: '^src/core/wire/' },
    },
    {
      name: 'core-imports-only-wire',
      comment:
        "A sibling's types are allowed; what stands between the links and the siblings takes what it needs of them.",
      severity: 'error',
      from: { path: '^src/core/((?!wire/|node/|intake/)[^/]+)/', pathNot: NOT_TESTS },
      to: { pathNot: '^src/core/(wire|$1)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'core-stays-in-core',
      severity: 'error',
      from: { path: '^src/core/', pathNot: NOT_TESTS },
      to: { pathNot: '^src/core/' },
    },
    {
      name: 'ports-import-types-only',
      severity: 'error',
      from: { path: '^src/ports/', pathNot: NOT_TESTS },
      to: { dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'ports-know-only-core',
      severity: 'error',
      from: { path: '^src/ports/', pathNot: NOT_TESTS },
      to: { pathNot: '^src/(core|ports)/' },
    },
    {
      name: 'adapters-stand-alone',
      comment:
        'The messages of the app origin are the contract of the adapter that frames it; what every way to connect does alike is in connecting/.',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/', pathNot: NOT_TESTS },
      to: {
        path: '^(src|signaling|cli)/',
        pathNot: '^src/(ports/|core/wire/|adapters/$1/|adapters/connecting/|app-origin/protocol\\.ts$)',
      },
    },
    {
      name: 'runtime-knows-no-adapter',
      severity: 'error',
      from: { path: '^src/runtime/', pathNot: NOT_TESTS },
      to: { pathNot: '^src/(core|ports|runtime)/' },
    },
    {
      name: 'store-and-ui-know-no-ports',
      severity: 'error',
      from: { path: '^src/(store|ui)/', pathNot: NOT_TESTS },
      to: { path: '^src/(ports|adapters)/' },
    },
    {
      name: 'store-knows-no-ui',
      severity: 'error',
      from: { path: '^src/store/', pathNot: NOT_TESTS },
      to: { path: '^src/ui/' },
    },
    {
      name: 'roots-build-adapters',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [
          ...NOT_TESTS,
          '^src/adapters/',
          '^src/(main|kiosk)\\.tsx$',
          '^src/(browser-(keys|ports)|(verification|hashing|storing)-worker)\\.ts$',
        ],
      },
      to: { path: '^src/adapters/' },
    },
    {
      name: 'nobody-imports-a-root',
      comment: 'What `npm run` starts imports the root of what it starts.',
      severity: 'error',
      from: { pathNot: '^tools/launch/' },
      to: {
        path: '^(src/(main|kiosk)\\.tsx|src/(verification|hashing|storing)-worker\\.ts|(cli|demo|sim|bench|nat-lab|signaling)/main\\.ts)$',
      },
    },
    {
      name: 'browser-code-stays-in-src',
      severity: 'error',
      from: { path: '^src/', pathNot: NOT_TESTS },
      to: { path: '^(signaling|cli|actors|demo|bench|sim|report|nat-lab|e2e|tools)/' },
    },
    {
      name: 'workers-stand-alone',
      severity: 'error',
      from: { path: '^src/(service-worker|app-origin)/', pathNot: NOT_TESTS },
      to: { path: '^src/', pathNot: '^src/($1|core/wire|ports)/' },
    },
    {
      name: 'workers-take-only-types-of-ports',
      severity: 'error',
      from: { path: '^src/(service-worker|app-origin)/', pathNot: NOT_TESTS },
      to: { path: '^src/ports/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'simulator-drives-the-core',
      comment:
        'It runs in browsers too: of Node programs it takes pure functions and types. Nodes are driven by the pump of real ones.',
      severity: 'error',
      from: { path: '^sim/', pathNot: [...NOT_TESTS, '^sim/main\\.ts$'] },
      to: {
        pathNot: '^(sim|report|src/core)/|^src/runtime/pump\\.ts$|^signaling/room-sample\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'the-product-has-no-tests-in-it',
      comment: 'What is installed drives no browser, measures nothing and needs no development dependency.',
      severity: 'error',
      from: { path: '^(cli|signaling)/', pathNot: NOT_TESTS },
      to: {
        path: '^(actors|demo|bench|sim|report|nat-lab|e2e|tools)/',
      },
    },
    {
      name: 'what-measures-stands-alone',
      comment:
        'Of each other they take nothing: what they share is in actors/ and report/. A benchmark of the swarm runs the site of the demo.',
      severity: 'error',
      from: { path: '^(bench|sim|nat-lab|demo)/', pathNot: NOT_TESTS },
      to: {
        path: '^(bench|sim|nat-lab|demo|e2e|tools)/',
        pathNot: '^$1/|^tools/launch/|^demo/demo-site\\.ts$|^tools/wire/samples/',
      },
    },
    {
      name: 'tools-take-what-they-check',
      severity: 'error',
      from: { path: '^tools/', pathNot: NOT_TESTS },
      to: { path: '^(e2e|bench|nat-lab)/' },
    },
    {
      name: 'reports-know-nobody',
      severity: 'error',
      from: { path: '^report/', pathNot: NOT_TESTS },
      to: { path: '^(src|cli|actors|demo|bench|sim|nat-lab|e2e|tools|signaling)/' },
    },
    {
      name: 'kiosk-has-no-operator',
      comment:
        'A kiosk that is taken over must not hold the code that signs releases, and its page is small.',
      severity: 'error',
      from: { path: '^src/kiosk\\.tsx$' },
      to: {
        path: '^src/(ui|runtime|session)/operator|node_modules/(@mantine|@tanstack|sigma|uplot)/',
        reachable: true,
      },
    },
    {
      name: 'kiosk-shares-no-components',
      comment:
        "A component of the dashboard makes React's elements, and the kiosk's Preact draws nothing for them.",
      severity: 'error',
      from: { path: '^src/(kiosk\\.tsx$|ui/kiosk/)', pathNot: NOT_TESTS },
      to: { path: '^src/ui/(components|operator)/.*\\.tsx$' },
    },
    {
      name: 'nothing-in-src-imports-node',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [...NOT_TESTS, '^src/app-origin/embed-script\\.ts$', '^src/adapters/node'],
      },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.(css|svg)$' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Imports of types count: they are how layers leak.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'browser', 'types', 'default'],
    },
  },
};
