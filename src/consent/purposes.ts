export const ACT_REASON = 'http://terminology.hl7.org/CodeSystem/v3-ActReason'

/** Each purpose of use and the one it is a kind of: v3-PurposeOfUse, the part of v3-ActReason below PurposeOfUse. */
const KINDS: Readonly<Record<string, string>> = {
  PurposeOfUse: 'HMARKT HOPERAT HPAYMT HRESCH PATRQT PUBHLTH TREAT',
  HOPERAT: `
    CAREMGT DONAT FRAUD GOV HACCRED HCOMPL HDECD HDIRECT HDM HLEGAL HOUTCOMS HPRGRP HQUALIMP HSYSADMIN MEMADMIN
    MILCDM PATADMIN PATSFTY PERFMSR RECORDMGT SYSDEV TRAIN
  `,
  HSYSADMIN: 'LABELING METAMGT',
  SYSDEV: 'HTEST',
  HPAYMT: 'CLMATTCH COVAUTH COVERAGE REMITADV',
  COVERAGE: 'ELIGDTRM ELIGVER ENROLLM MILDCRG',
  HRESCH: 'BIORCH CLINTRCH DSRCH POARCH TRANSRCH',
  CLINTRCH: 'CLINTRCHNPC CLINTRCHPC PRECLINTRCH',
  PATRQT: 'FAMRQT PWATRNY SUPNWK',
  PUBHLTH: 'DISASTER THREAT',
  TREAT: 'CLINTRL COC ETREAT POPHLTH',
  ETREAT: 'BTG ERTREAT',
}

const parents = new Map(
  Object.entries(KINDS).flatMap(([kind, codes]) =>
    codes
      .trim()
      .split(/\s+/)
      .map((code) => [code, kind]),
  ),
)
const covering = new Map<string, ReadonlySet<string>>()
for (const code of [...parents.keys(), 'PurposeOfUse']) {
  const up = new Set<string>()
  for (let at: string | undefined = code; at !== undefined; at = parents.get(at)) up.add(at)
  covering.set(code, up)
}

export const isPurposeOfUse = (code: string): boolean => covering.has(code)

/** Whether a rule about `general` speaks of `asked`: TREAT of ETREAT, HRESCH of CLINTRCH. Others only of themselves. */
export const purposeCovers = (general: string, asked: string): boolean =>
  general === asked || covering.get(asked)?.has(general) === true

/** Treatment, payment or operations: what the basic consents of PCF are about. */
export const isBasicPurpose = (purpose: string): boolean =>
  purposeCovers('TREAT', purpose) || purposeCovers('HPAYMT', purpose) || purposeCovers('HOPERAT', purpose)
