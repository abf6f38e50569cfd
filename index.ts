export * from "./components/args";
export * from "./components/oauthArgs";
export { type CredentialSecretNames, FlowerDashboard } from "./components/flowerDashboard";
