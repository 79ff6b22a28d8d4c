import type { UserPolicy } from "@holdfast/protocol/policy";

export type PolicyRow = {
  id: string;
  name: string;
  isDefault: boolean;
  version: number;
  document: UserPolicy;
};

export type PoliciesStore = {
  get(id: string): Promise<PolicyRow | null>;
  byName(name: string): Promise<PolicyRow | null>;
  default(): Promise<PolicyRow>;
  list(): Promise<PolicyRow[]>;
  insert(row: PolicyRow): Promise<void>;
  update(row: PolicyRow): Promise<void>;
  remove(id: string): Promise<void>;
};
