import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { succeedInBackground } from "./command";

/** What an image's processes start with. https://github.com/opencontainers/image-spec/blob/main/config.md */
export interface ImageConfig {
  readonly User?: string;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly StopSignal?: string;
}

/** An image: layers from the bottom up, each an uncompressed tar file, which becomes part of the archive. */
export interface Image {
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly config: ImageConfig;
}

/** A blob of the archive. */
export interface Layer {
  readonly digest: string;
  readonly size: number;
}

/** Node's names of processors, as container images call them. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/** An OCI image layout that is being written. https://github.com/opencontainers/image-spec/blob/main/image-layout.md */
export class Archive {
  private readonly blobs: string;
  private readonly manifests: object[] = [];

  constructor(private readonly folder: string) {
    this.blobs = join(folder, "blobs", "sha256");
    mkdirSync(this.blobs, { recursive: true });
    writeFileSync(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  }

  /** Takes a tar file over as a layer. */
  async layer(tarFile: string): Promise<Layer> {
    const hash = createHash("sha256");
    await pipeline(createReadStream(tarFile), hash);
    const hex = hash.digest("hex");
    const { size } = statSync(tarFile);
    renameSync(tarFile, join(this.blobs, hex));
    return { digest: `sha256:${hex}`, size };
  }

  /** Adds an image under the name by which manifests will call it. */
  add({ name, layers, config }: Image): void {
    const configBlob = this.json({
      architecture: ARCHITECTURES[process.arch] ?? process.arch,
      os: "linux",
      config,
      rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
    });
    const manifest = this.json({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: { mediaType: "application/vnd.oci.image.config.v1+json", ...configBlob },
      layers: layers.map((layer) => ({ mediaType: "application/vnd.oci.image.layer.v1.tar", ...layer })),
    });
    this.manifests.push({
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      ...manifest,
      annotations: { "io.containerd.image.name": name },
    });
  }

  /** Writes everything into one file, which `ctr images import` reads, and removes the rest. */
  async finish(file: string): Promise<void> {
    const index = { schemaVersion: 2, manifests: this.manifests };
    writeFileSync(join(this.folder, "index.json"), JSON.stringify(index));
    await succeedInBackground(["tar", "-cf", file, "-C", this.folder, "oci-layout", "index.json", "blobs"]);
    rmSync(this.folder, { recursive: true });
  }

  private json(value: object): Layer {
    const text = JSON.stringify(value);
    const hex = createHash("sha256").update(text).digest("hex");
    writeFileSync(join(this.blobs, hex), text);
    return { digest: `sha256:${hex}`, size: Buffer.byteLength(text) };
  }
}
