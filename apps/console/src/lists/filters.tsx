import { NativeSelect, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import Search from "lucide-react/icons/search";
import { useState } from "react";

type SearchFieldProps = {
  readonly label: string;
  readonly value: string | undefined;
  readonly onSearch: (text: string | undefined) => void;
};

/** Filters while one types, a moment after the last key. */
export function SearchField({ label, value, onSearch }: SearchFieldProps) {
  const [text, setText] = useState(value ?? "");
  const search = useDebouncedCallback((next: string) => onSearch(next === "" ? undefined : next), 200);
  return (
    <TextInput
      type="search"
      label={label}
      value={text}
      leftSection={<Search size={16} aria-hidden="true" />}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => {
        setText(event.currentTarget.value);
        search(event.currentTarget.value);
      }}
    />
  );
}

type ChoiceProps = {
  readonly label: string;
  readonly value: string | undefined;
  /** The choice that filters nothing. */
  readonly all: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly onChoose: (value: string | undefined) => void;
};

export function ChoiceFilter({ label, value, all, choices, onChoose }: ChoiceProps) {
  return (
    <NativeSelect
      label={label}
      value={value ?? ""}
      onChange={(event) => onChoose(event.currentTarget.value === "" ? undefined : event.currentTarget.value)}
      data={[{ value: "", label: all }, ...choices]}
    />
  );
}
