import { connect } from "node:net";
import { failureOf } from "./failure";

/** What a TCP port did when knocked at. */
export type PortState = "open" | "refused" | "timed out" | "unreachable" | "no such host";

/** Opens a TCP connection and closes it. No byte is sent. */
export function knock(host: string, port: number, timeoutMs: number): Promise<PortState> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    const finish = (state: PortState) => {
      socket.destroy();
      resolve(state);
    };
    socket.on("connect", () => finish("open"));
    socket.on("timeout", () => finish("timed out"));
    socket.on("error", (error) => {
      const { failure } = failureOf(error);
      const told = failure === "timed out" || failure === "unreachable" || failure === "no such host";
      finish(told ? failure : "refused");
    });
  });
}
