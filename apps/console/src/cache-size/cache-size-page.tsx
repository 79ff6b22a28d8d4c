import type { Schema } from "@holdfast/api-client/client";
import { Columns, Fields, FormEnd, PageHeader, Panel, Parts } from "@holdfast/ui/page";
import { Callout } from "@holdfast/ui/state-badge";
import { ProblemNote, type ProblemText } from "@holdfast/ui/states";
import { api, call, problemOf } from "@holdfast/web-calls/calls";
import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import classes from "./cache-size.module.css";
import { quantityOf } from "./quantity.ts";

type Answer = Schema<"CacheSizeAnswer">;
type Question = {
  readonly loginsPerDay: string;
  readonly daysOffline: string;
  readonly variancePercent: string;
};

const examples: readonly { readonly text: string; readonly question: Question }[] = [
  {
    text: "15 sign-ins a day, 3 days offline",
    question: { loginsPerDay: "15", daysOffline: "3", variancePercent: "20" },
  },
  {
    text: "15–20 sign-ins a day, 3–5 days offline",
    question: { loginsPerDay: "15-20", daysOffline: "3-5", variancePercent: "20" },
  },
];

/** OTP-10 to OTP-13: three questions, the size, and how it comes about. */
export function CacheSizePage() {
  const [question, setQuestion] = useState<Question>({
    loginsPerDay: "",
    daysOffline: "",
    variancePercent: "20",
  });
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [problem, setProblem] = useState<ProblemText | null>(null);
  async function calculate(asked: Question) {
    const body = { loginsPerDay: quantityOf(asked.loginsPerDay), daysOffline: quantityOf(asked.daysOffline) };
    if (body.loginsPerDay === null || body.daysOffline === null) {
      setAnswer(null);
      setProblem({
        what: "This is not a number.",
        next: "Type a number, such as 15, or a range, such as 15-20.",
      });
      return;
    }
    try {
      setProblem(null);
      setAnswer(
        await call("calculate the size", () =>
          api.POST("/api/v1/cache-size", {
            body: {
              loginsPerDay: body.loginsPerDay ?? 0,
              daysOffline: body.daysOffline ?? 0,
              variancePercent: Number(asked.variancePercent),
            },
          }),
        ),
      );
    } catch (error) {
      setAnswer(null);
      setProblem(problemOf(error));
    }
  }
  const field = (name: keyof Question) => ({
    value: question[name],
    required: true,
    withAsterisk: false,
    autoComplete: "off",
    onChange: (event: { currentTarget: HTMLInputElement }) =>
      setQuestion({ ...question, [name]: event.currentTarget.value }),
  });
  return (
    <>
      <PageHeader
        title="Cache size"
        lead="How many codes must an endpoint keep, so that people get through an outage? Three questions give the number."
      />
      <Columns>
        <Panel title="Three questions">
          <form
            onSubmit={(event: FormEvent) => {
              event.preventDefault();
              void calculate(question);
            }}
          >
            <Fields>
              <TextInput
                label="How often does one person sign in a day?"
                description="A number, or a range such as 15-20"
                {...field("loginsPerDay")}
              />
              <TextInput
                label="How many days can the server be away?"
                description="A number, or a range such as 3-5"
                {...field("daysOffline")}
              />
              <TextInput
                type="number"
                min={0}
                max={1000}
                label="How much more, in percent?"
                description="For days that are busier than others"
                {...field("variancePercent")}
              />
            </Fields>
            <ProblemNote problem={problem} />
            <FormEnd>
              <Button type="submit">Calculate</Button>
            </FormEnd>
          </form>
        </Panel>
        <Parts>
          <Panel title="The size">
            <div aria-live="polite">
              {answer === null ? (
                <p className={classes.waiting}>
                  Answer the questions, or try an example. Of ranges the upper ends count; the result is
                  rounded up.
                </p>
              ) : (
                <Parts>
                  <p className={classes.size}>
                    <strong>{answer.size}</strong> codes
                  </p>
                  <p className={classes.working}>
                    <span>How it comes about: </span>
                    <code>{answer.working}</code>
                  </p>
                  <Callout tone="info">
                    The OTP window size must be {answer.size + 5} or more for a cache of {answer.size}. Set
                    both on a token's page, the cache size for a person on his page, or for all in the user
                    policy.
                  </Callout>
                </Parts>
              )}
            </div>
          </Panel>
          <Panel title="Examples" lead="Press one to see it worked out.">
            <ul className={classes.examples}>
              {examples.map((example) => (
                <li key={example.text}>
                  <Button
                    variant="light"
                    onClick={() => {
                      setQuestion(example.question);
                      void calculate(example.question);
                    }}
                  >
                    {example.text}
                  </Button>
                </li>
              ))}
            </ul>
          </Panel>
        </Parts>
      </Columns>
    </>
  );
}
