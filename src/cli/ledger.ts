import { verifierOf } from '../ledger/cosignature.ts'
import { formatTlogProof, verifyTlogProof } from '../ledger/tlog-proof.ts'
import { type Command, UsageError } from './command.ts'
import { withInstallation } from './open-installation.ts'

export const ledgerCommand: Command = {
  usage: 'ledger proof <receipt>',
  says: 'The proof that a receipt is in the ledger (c2sp.org/tlog-proof), for anyone to check.',
  run: ({ config, positionals: [verb, receipt], say, answer }) => {
    if (verb !== 'proof' || receipt === undefined) throw new UsageError('Say: ledger proof <receipt>')
    return withInstallation(config, say, async ({ chartwarden: { ledger } }) => {
      await ledger.settle()
      const { index, hashes, checkpoint, leaf } = await ledger.proofOf(receipt)
      const proof = formatTlogProof({ index: BigInt(index), hashes, checkpoint })
      const { size } = verifyTlogProof(proof, leaf, ledger.vkeys.map(verifierOf))
      answer({ receipt, index, size: Number(size), leaf: leaf.toString(), vkeys: ledger.vkeys, proof }, [
        proof.trimEnd(),
      ])
      return 0
    })
  },
}
