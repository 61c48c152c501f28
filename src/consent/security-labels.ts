export const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'
export const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'

/** v3-Confidentiality, from unrestricted to very restricted. */
const LEVELS = ['U', 'L', 'M', 'N', 'R', 'V']
export const HIGHEST_LEVEL = LEVELS.length - 1

/**
 * v3-ActCode below InformationSensitivityPolicy, each code with what it is a kind of. That ETH covers substance use of
 * every kind is said by IHE PCF (AdvancedSecurityTagVS), not by the code system.
 */
const SENSITIVITIES: Readonly<Record<string, string>> = {
  '': `
    ETH GDIS HIV MST SCA SDV SEX SPI STD TBOO VIO SICKLE DEMO DOB GENDER LIVARG MARST RACE REL B EMPL LOCIS SSP ADOL
    CEL DIA DRGIS EMP PDS PHY PRS
  `,
  SPI: 'BH MH PSY PSYTHPN SUD',
  BH: 'COGN DVD EMOTDIS',
  SUD: 'ETHUD OPIOIDUD',
  ETH: 'SUD ETHUD OPIOIDUD',
}

/** v3-ActCode that say what must or must not be done with data, or under which law: no sensitivities. */
const CAVEATS = new Set(
  `
    EMRGONLY GRANTORCHOICE IMPLIED IMPLIEDD NOCONSENT NOPP OPTIN OPTINR OPTOUT OPTOUTE 42CFRPart2 CommonRule
    HIPAANOPP HIPAAPsyNotes HIPAASelfPay Title38Section7332 COMPT ACOCOMPT CTCOMPT FMCOMPT HRCOMPT LRCOMPT PACOMPT
    RESCOMPT RMGTCOMPT ActTrustPolicyType TRSTACCRD TRSTAGRE TRSTASSUR TRSTCERT TRSTFWK TRSTMEC COVPOL
    SecurityPolicy AUTHPOL ACCESSCONSCHEME DELEPOL ObligationPolicy ANONY AOD AUDIT AUDTR CPLYCC CPLYCD CPLYJPP
    CPLYOPP CPLYOSP CPLYPOL DECLASSIFYLABEL DEID DELAU DOWNGRDLABEL DRIVLABEL ENCRYPT ENCRYPTR ENCRYPTT ENCRYPTU
    HUAPRV LABEL MASK MINEC PERSISTLABEL PRIVMARK PSEUD REDACT UPGRDLABEL RefrainPolicy NOAUTH NOCOLLECT NODSCLCD
    NODSCLCDS NOINTEGRATE NOLIST NOMOU NOORGPOL NOPAT NOPERSISTP NORDSCLCD NORDSCLCDS NORDSCLW NORELINK NOREUSE
    NOVIP ORCON PROCESSINLINELABEL Title38Part1 CPLYCUI
  `
    .trim()
    .split(/\s+/),
)

const parents = new Map<string, string[]>()
for (const [kind, codes] of Object.entries(SENSITIVITIES))
  for (const code of codes.trim().split(/\s+/))
    parents.set(code, [...(parents.get(code) ?? []), ...(kind === '' ? [] : [kind])])

const upwards = (code: string): string[] => [code, ...(parents.get(code) ?? []).flatMap(upwards)]
const covering = new Map([...parents.keys()].map((code) => [code, new Set(upwards(code))]))

export const isSensitivity = (code: string): boolean => parents.has(code)

/** Whether a rule about `general` speaks of data labelled `code`: ETH of OPIOIDUD, SPI of PSY. */
export const sensitivityCovers = (general: string, code: string): boolean =>
  general === code || covering.get(code)?.has(general) === true

/** 0 (U) to 5 (V); undefined for what is no level. */
export function levelOf(code: string): number | undefined {
  const level = LEVELS.indexOf(code)
  return level < 0 ? undefined : level
}

/** What a record's labels come to. A record without a level counts as V: nobody has yet said that it may be shown. */
export type Labelled = {
  readonly level: number
  readonly sensitivities: readonly string[]
  readonly all: readonly string[]
}

/**
 * Reads labels as a question has them: bare codes of the two known systems, `system|code` of others. A record with
 * several levels has the highest (DS4P: the high-water mark); a bare code that is no level is a sensitivity.
 */
export function readLabels(labels: readonly string[]): Labelled {
  let level = -1
  const sensitivities: string[] = []
  for (const label of labels) {
    const found = levelOf(label)
    if (found !== undefined) level = Math.max(level, found)
    else if (!label.includes('|')) sensitivities.push(label)
  }
  return { level: level < 0 ? HIGHEST_LEVEL : level, sensitivities, all: labels }
}

/** `meta.security` as a question has it. Handling caveats and laws keep their system; so do purposes such as HTEST. */
export function securityLabelsOf(security: readonly { readonly system?: string; readonly code?: string }[]): string[] {
  return security.flatMap(({ system, code }) => {
    if (code === undefined) return []
    const known = system === CONFIDENTIALITY || (system === ACT_CODE && !CAVEATS.has(code))
    return [known ? code : `${system ?? ''}|${code}`]
  })
}
