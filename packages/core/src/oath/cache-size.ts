/**
 * How many codes an endpoint should hold so that a person gets through an outage (OTP-10 to OTP-14):
 *
 *     cache = (logins per day × days offline) + variance
 *
 * The variance is a percentage of that product (AMB-OTP-3), ranges count with their upper ends (OTP-13), and
 * a fraction of a code is rounded up. Reckoned in whole ten-thousandths: 45 × 0.20 is 9 here, never a little
 * more that would round up to 10.
 */

/** One number, or a range from the least to the most that is expected. */
export type Quantity = number | { readonly from: number; readonly to: number };

export interface CacheSizeQuestion {
  /** Sign-ins a day that need a code, on all of the person's endpoints: more than 0, up to 1000. */
  readonly loginsPerDay: Quantity;
  /** Days without the server in one go: more than 0, up to 366. */
  readonly daysOffline: Quantity;
  /** Reserve in percent of the product, 0 up to 1000; default 20 (OTP-10). */
  readonly variancePercent?: number;
}

export type CacheSizeAnswer =
  | {
      readonly kind: "ok";
      /** Codes to hold. */
      readonly size: number;
      /** The formula with the numbers in it: `(20 × 5) + (20 × 5 × 0.20) = 120`. */
      readonly working: string;
      /** The product without the reserve; the upper ends and the percentage that were reckoned with. */
      readonly baseline: number;
      readonly loginsPerDay: number;
      readonly daysOffline: number;
      readonly variancePercent: number;
    }
  | CacheSizeRefusal;

export type CacheSizeRefusal =
  | {
      readonly kind: "refused";
      /** `too-precise`: more than four decimal places; `range-reversed`: the upper end is below the lower. */
      readonly reason: "not-a-number" | "too-small" | "too-large" | "too-precise" | "range-reversed";
      readonly field: CacheSizeField;
      /** The bound that was crossed by `too-small` or `too-large`. */
      readonly limit: number | null;
    }
  | {
      readonly kind: "refused";
      /** The answer is above what a policy may set. */
      readonly reason: "cache-too-large";
      readonly size: number;
      readonly working: string;
      readonly limit: number;
    };

export type CacheSizeField = "loginsPerDay" | "daysOffline" | "variancePercent";

export const DEFAULT_VARIANCE_PERCENT = 20;

/** Most codes that a token's or user's cache may hold. */
export const MAXIMUM_CACHE_SIZE = 1000;

export function cacheSize(question: CacheSizeQuestion): CacheSizeAnswer {
  const logins = upperEnd("loginsPerDay", question.loginsPerDay);
  if (logins.kind === "refused") return logins;
  const days = upperEnd("daysOffline", question.daysOffline);
  if (days.kind === "refused") return days;
  const variance = checked("variancePercent", question.variancePercent ?? DEFAULT_VARIANCE_PERCENT);
  if (variance.kind === "refused") return variance;

  // Ten-thousandths of a login times ten-thousandths of a day, then of hundredfold ten-thousandths of a whole.
  const product = logins.units * days.units;
  const whole = UNIT * 100n;
  const total = product * (whole + variance.units);
  const totalUnit = UNIT * UNIT * whole;
  const size = Number((total + totalUnit - 1n) / totalUnit);

  const sum = `${logins.value} × ${days.value}`;
  const exact = decimalText(total, totalUnit);
  const fraction = decimalText(variance.units, whole, 2);
  const rounding = total % totalUnit === 0n ? "" : `, rounded up to ${size}`;
  const working = `(${sum}) + (${sum} × ${fraction}) = ${exact}${rounding}`;
  if (size > MAXIMUM_CACHE_SIZE) {
    return { kind: "refused", reason: "cache-too-large", size, working, limit: MAXIMUM_CACHE_SIZE };
  }
  return {
    kind: "ok",
    size,
    working,
    baseline: Number(decimalText(product, UNIT * UNIT)),
    loginsPerDay: logins.value,
    daysOffline: days.value,
    variancePercent: variance.value,
  };
}

/** Numbers are taken to four decimal places, as whole ten-thousandths. */
const UNIT = 10_000n;

/** What each answer may be; the smallest number of four places is the least above 0. */
const bounds = {
  loginsPerDay: { least: 0.0001, most: 1000 },
  daysOffline: { least: 0.0001, most: 366 },
  variancePercent: { least: 0, most: 1000 },
} as const;

type Checked = { readonly kind: "ok"; readonly value: number; readonly units: bigint };

function upperEnd(field: CacheSizeField, quantity: Quantity): Checked | CacheSizeRefusal {
  if (typeof quantity !== "object" || quantity === null) return checked(field, quantity);
  const from = checked(field, quantity.from);
  if (from.kind === "refused") return from;
  const to = checked(field, quantity.to);
  if (to.kind === "refused") return to;
  if (to.units < from.units) return { kind: "refused", reason: "range-reversed", field, limit: null };
  return to;
}

function checked(field: CacheSizeField, value: number): Checked | CacheSizeRefusal {
  if (!Number.isFinite(value)) return { kind: "refused", reason: "not-a-number", field, limit: null };
  const { least, most } = bounds[field];
  if (value < least) return { kind: "refused", reason: "too-small", field, limit: least };
  if (value > most) return { kind: "refused", reason: "too-large", field, limit: most };
  const units = Math.round(value * Number(UNIT));
  if (units / Number(UNIT) !== value) return { kind: "refused", reason: "too-precise", field, limit: null };
  return { kind: "ok", value, units: BigInt(units) };
}

/** The fraction as a decimal number; its denominator is a power of ten, so it always ends. */
function decimalText(numerator: bigint, denominator: bigint, leastPlaces = 0): string {
  const places = String(denominator).length - 1;
  const digits = String(numerator % denominator).padStart(places, "0");
  const decimals = digits.replace(/0+$/, "").padEnd(leastPlaces, "0");
  const integer = numerator / denominator;
  return decimals === "" ? String(integer) : `${integer}.${decimals}`;
}
