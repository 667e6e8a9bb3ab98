/** libp2p calls it, Node has it from 22 on, and the project runs on 20.19: ECMAScript 2024, 27.2.4.9. */
(Promise as { withResolvers?: typeof withResolvers }).withResolvers ??= withResolvers;

function withResolvers<Value>() {
  let resolve!: (value: Value | PromiseLike<Value>) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
