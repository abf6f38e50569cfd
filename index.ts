export * from "./components/args";
export { type CredentialSecretNames, FlowerDashboard } from "./components/flowerDashboard";
