// Where the nodes of a decision tree stand: every node once, none above another, and every branch forward.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

const source = fileURLToPath(new URL("../src/decision/treeLayout.ts", import.meta.url));
const { module } = await runnerImport(source, { configFile: false, logLevel: "silent" });
const { layOut, nodesToDraw } = module;

/** A tree by the nodes that each node leads to; one that leads nowhere is a result. */
function treeOf(...leads) {
  return leads.map((to, node) =>
    to.length === 0
      ? { node, result: "x" }
      : { node, decide: "x", branches: to.map((then) => ({ when: "x", then })) },
  );
}

const all = (nodes) => new Set(nodes.map((one) => one.node));

/** What holds of every layout. */
function check(nodes, drawn = all(nodes)) {
  const { places, links, columns } = layOut(nodes, drawn);
  assert.deepEqual(new Set(places.map((place) => place.node.node)), drawn);
  assert.equal(places.length, drawn.size, "every node stands once");
  const taken = new Set();
  const take = (column, row) => {
    assert.ok(column <= columns && row >= 1);
    assert.ok(!taken.has(`${column} ${row}`), `column ${column}, row ${row} is taken twice`);
    taken.add(`${column} ${row}`);
  };
  for (const { column, row, rows } of places)
    for (let at = row; at < row + rows; at += 1) take(column, at);
  const column = (node) => places.find((place) => place.node.node === node).column;
  for (const { from, to, lane } of links) {
    assert.ok(column(from) < column(to), `${from} stands before ${to}`);
    assert.equal(lane === undefined, column(from) + 1 === column(to), "who goes past has a row");
    if (lane === undefined) continue;
    for (let past = column(from) + 1; past < column(to); past += 1) take(past, lane);
  }
  return places.map(({ node, column, row, rows }) => [node.node, column, row, rows]);
}

test("answers stand below each other, behind their question", () => {
  assert.deepEqual(check(treeOf([])), [[0, 1, 1, 1]]);
  assert.deepEqual(check(treeOf([1, 2], [3, 4], [], [], [])), [
    [0, 1, 1, 3],
    [1, 2, 1, 2],
    [3, 3, 1, 1],
    [4, 3, 2, 1],
    [2, 2, 3, 1],
  ]);
});

test("a node that several branches lead to stands once, behind the last of them", () => {
  // 0 leads to 2 at once, too: that line has the first row for itself.
  assert.deepEqual(check(treeOf([2, 1], [2, 3], [], [])), [
    [0, 1, 1, 3],
    [1, 2, 2, 2],
    [2, 3, 2, 1],
    [3, 3, 3, 1],
  ]);
  // Two branches of one node to the same one are two lines.
  check(treeOf([1, 1, 1], []));
});

test("no tree is laid out with two things at one place", () => {
  let seed = 7;
  const draw = (below) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  for (let round = 0; round < 300; round += 1) {
    const size = 1 + draw(14);
    const leads = Array.from({ length: size }, () => []);
    // Everything but the root is led to by one before it, and perhaps by more.
    for (let node = 1; node < size; node += 1)
      for (let more = draw(3); more >= 0; more -= 1) leads[draw(node)].push(node);
    const nodes = treeOf(...leads);
    check(nodes);
    const few = nodesToDraw(nodes, [], 5);
    assert.equal(few.size, Math.min(size, 5));
    check(nodes, few);
  }
});

test("a tree may be deep, and of a large one the way that was taken is drawn", () => {
  const chain = treeOf(
    ...Array.from({ length: 10_000 }, (_, node) => (node < 9_999 ? [node + 1] : [])),
  );
  assert.equal(layOut(chain, all(chain)).columns, 10_000);
  const wide = treeOf(
    Array.from({ length: 500 }, (_, node) => node + 1),
    ...Array.from({ length: 500 }, () => []),
  );
  const drawn = nodesToDraw(wide, [0, 400], 150);
  assert.ok(drawn.size === 150 && drawn.has(400));
  check(wide, drawn);
});
