import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A line to a server on loopback that can be cut: then nothing comes through in either direction and nobody is told, as
 * when a cable is pulled. Healed, what was under way arrives.
 */
export class CutLine {
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  private constructor(
    readonly server: Server,
    readonly port: number,
  ) {}

  /** A line to a port. */
  static async to(port: number): Promise<CutLine> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const line = new CutLine(server, (server.address() as { port: number }).port);
    server.on('connection', (near) => line.#join(near, port));
    return line;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  #join(near: Socket, port: number): void {
    const far = connect(port, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('data', (chunk) => void other.write(chunk));
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      if (this.#isCut) socket.pause();
    }
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.pause();
  }

  heal(): void {
    this.#isCut = false;
    for (const socket of this.#sockets) socket.resume();
  }

  /** Ends all that goes over it; what is begun anew goes through. */
  breakOff(): void {
    this.#isCut = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.server.close();
    this.breakOff();
  }
}
