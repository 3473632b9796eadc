import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Latest } from '../../../src/scanwright/web/sdk/viewer/latest.js';
import { Loading } from '../../../src/scanwright/web/sdk/viewer/loading.js';

class Picture extends EventTarget {
  src = '';
  removeAttribute() {
    this.src = '';
  }
  end(how = 'load') {
    this.dispatchEvent(new Event(how));
  }
}

function begun(count, limit) {
  const loading = new Loading(limit);
  const pictures = Array.from({ length: count }, () => new Picture());
  pictures.forEach((picture, at) => loading.want(picture, `/${at}`));
  return { loading, pictures };
}

test('no more than the limit are fetched at once', () => {
  const { loading, pictures } = begun(20, 6);
  assert.equal(pictures.filter(({ src }) => src).length, 6);
  assert.deepEqual([loading.running, loading.waiting], [6, 14]);
});

test('each that ends, well or badly, lets one more begin', () => {
  const { loading, pictures } = begun(9, 2);
  for (let round = 0; round < 9; round++) {
    assert.ok(loading.running <= 2);
    const [next] = pictures.filter(({ src, done }) => src && !done);
    next.done = true;
    next.end(round % 2 ? 'error' : 'load');
  }
  assert.deepEqual([loading.running, loading.waiting], [0, 0]);
});

test('what was asked for last is fetched first', () => {
  const { pictures } = begun(5, 1);
  pictures[0].end();
  assert.equal(pictures[4].src, '/4');
  assert.equal(pictures[1].src, '');
});

test('a picture that is dropped ends its request and makes room', () => {
  const { loading, pictures } = begun(3, 1);
  loading.drop(pictures[0]);
  assert.equal(pictures[0].src, '');
  assert.equal(pictures[2].src, '/2');
  loading.drop(pictures[1]);
  assert.equal(loading.waiting, 0);
  pictures[0].end();
  assert.equal(loading.running, 1);
});

test('a picture that is wanted anew fetches the newer one only', () => {
  const loading = new Loading(1);
  const picture = new Picture();
  loading.want(picture, '/old');
  loading.want(picture, '/new');
  assert.equal(picture.src, '/new');
  assert.equal(loading.running, 1);
});

test('of many wishes the first and the last are sent, one at a time', async () => {
  const sent = [];
  const answers = [];
  const settled = new Promise((resolve) => {
    const latest = new Latest((value) => {
      sent.push(value);
      return new Promise((done) => answers.push(done));
    }, resolve);
    for (const value of ['a', 'b', 'c', 'd']) latest.want(value);
    assert.deepEqual(sent, ['a']);
    assert.equal(latest.over('real'), 'd');
    answers[0]();
  });
  await new Promise(setImmediate);
  answers[1]();
  assert.equal(await settled, undefined);
  assert.deepEqual(sent, ['a', 'd']);
});

test('a wish that fails is told, and reality counts again', async () => {
  const error = new Error('no');
  let latest;
  const told = await new Promise((resolve) => {
    latest = new Latest(() => Promise.reject(error), resolve);
    latest.want('x');
  });
  assert.equal(told, error);
  assert.equal(latest.over('real'), 'real');
});
