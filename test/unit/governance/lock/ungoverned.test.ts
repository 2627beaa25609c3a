import { expect, test } from 'vitest';
import { lockedBy } from '../../../../lib/governance/lock/collect';
import { lineOf } from '../../../../lib/governance/lock/line';
import { Port } from '../../../../lib/model/port';
import { Component, type ComponentProps } from '../../../../lib/platform/component';
import { Workspace } from '../../../../lib/platform/workspace';
import { platform } from '../../platform/build';

/** The exemptions of a platform whose agents talk to a database. */
function exemptions(database: Partial<ComponentProps>): readonly string[] {
  const shop = platform();
  const db = new Component(shop, 'db', { title: 'db', namespace: 'db', selector: { app: 'db' }, ...database });
  const { agents } = new Workspace(shop, 'ws-a', {});
  agents.allowTo(db, { ports: [Port.tcp(5432)], purpose: 'Orders' });
  return lockedBy(shop, 'prod/shop')
    .map(({ entry }) => lineOf(entry))
    .filter((line) => line.includes(' exemption '));
}

test('a lock shows whom the program does not govern, and where strangers are not denied', () => {
  expect(exemptions({})).toEqual([]);
  expect(exemptions({ managed: false })).toEqual(['prod/shop exemption ungoverned db']);
  expect(exemptions({ manageNamespace: false })).toEqual(['prod/shop exemption open-namespace db']);
});
