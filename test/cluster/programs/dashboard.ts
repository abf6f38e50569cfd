import { Config } from "@pulumi/pulumi";
import { makeDashboard } from "./makeDashboard";

makeDashboard(new Config());
