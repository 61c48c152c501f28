export type Budget = ReturnType<typeof createBudget>

/** How much of what a confirmed discovery earns may be spent on further doubtful alerts. */
const PAYBACK = 0.5
const MOST_WEALTH = 4

/**
 * The alert budget: `perThousandADay` false alerts for each 1,000 people at work a day. Every day of work is one test, and a
 * test alerts below alpha, so that as many alerts as the budget says are expected when nothing is wrong. As in
 * alpha-investing (Foster and Stine 2008), a verdict that an alert was right earns a part of an alert back, which makes the
 * next tests a little more generous; a wrong one takes it away again. Alpha never falls below the budget itself: no flood of
 * alerts makes the watch blind.
 */
export function createBudget(perThousandADay: number, savedWealth = 0) {
  const base = perThousandADay / 1000
  let wealth = savedWealth
  return {
    base,
    alpha: (): number => base * (1 + Math.min(MOST_WEALTH, wealth)),
    verdict(right: boolean) {
      wealth = right ? Math.min(MOST_WEALTH, wealth + PAYBACK) : Math.max(0, wealth - 1)
    },
    get wealth() {
      return wealth
    },
  }
}
