import { changed, signIn, signInFully, signInWithOkta } from "../arguments";
import { egressRows } from "./clusterRows";
import { row, type Row } from "./row";

const HIDDEN = "the value (not shown, being a secret)";
const ADDRESS = "is not an e-mail address; write one such as ana@example.com, or *@example.com";
const HOST = "is not a host; write a lower-case DNS name, with a port if it is not 443, such as";
const PATTERN = "is a pattern that is not taken, since Flower 1.2 reads no regular expressions; write *@";
const SERVER = "is not the URL of an authorization server; write one such as https://example.okta.com/oauth2/default";

const at = (member: string, value: unknown) => ({ [`auth.oauth.${member}`]: value });
const oauth = (member: string, value: unknown, says: readonly string[], base: Row["base"] = signIn): Row =>
  row(`auth.oauth.${member}`, at(member, value), says, base);
const viewer = (value: unknown, ...says: string[]): Row =>
  row("auth.oauth.viewers[0]", at("viewers", [value]), says, signIn);

/** Every rule on sign-in with an identity provider, broken. */
export const oauthRows: readonly Row[] = [
  row("auth", { auth: {} }, ["has neither basic nor oauth; write one of them, such as { basic: "]),
  row("auth", { "auth.basic": { viewers: ["ana"] } }, ["has both basic and oauth; write one of them"], signIn),
  oauth("provider", undefined, ["is missing; write one of google, github, gitlab, okta"]),
  oauth("provider", "azure", [
    '"azure" is not a provider that Flower knows; write one of google, github, gitlab, okta',
  ]),
  oauth("clientId", undefined, ["is missing; write the client ID that the provider gave you"]),
  oauth("clientId", "a b", ['"a b" is not a client ID: write it as the provider shows it']),
  row("auth.oauth", at("clientSecret", undefined), ["has neither clientSecret nor clientSecretRef; write one"], signIn),
  row("auth.oauth", at("clientSecret", "x"), ["has both clientSecret and clientSecretRef; write one"], signInFully),
  oauth("clientSecret", "hunter2\n", [HIDDEN, "is not a client secret; write printable ASCII without a space"]),
  oauth("clientSecret", "", [HIDDEN, "is not a client secret"]),
  oauth("clientSecretRef.name", undefined, ["is missing; write the name of the Secret"], signInFully),
  oauth("clientSecretRef.key", undefined, ["is missing; write the key in it that holds the client"], signInFully),
  oauth("clientSecretRef.name", "A", ['"A" is not the name of a Secret; write one such as flower-oauth'], signInFully),
  oauth("clientSecretRef.key", "../x", ['"../x" is not a key of a Secret; write one such as'], signInFully),

  oauth("viewers", undefined, ['is missing; say who may look, such as ["ana@example.com"] or ["*@example.com"]']),
  oauth("viewers", "ana@example.com", ['"ana@example.com" is not a list; write e-mail addresses']),
  oauth("viewers", [], ["[] is empty; name at least one viewer"]),
  oauth("viewers", ["ana@example.com", "ana@example.com"], ["names something twice; write each once"]),
  oauth("viewers", ["*@example.com", "ana@example.org"], ["has a wildcard beside others", "write that one alone"]),
  oauth("viewers", ["*@example.com", "*@example.org"], ["has a wildcard beside others", "write that one alone"]),
  viewer(7, "7", ADDRESS),
  viewer("ana", '"ana"', ADDRESS),
  viewer("ana@localhost", ADDRESS),
  viewer("ana@", ADDRESS),
  viewer("@example.com", ADDRESS),
  viewer("*@com", ADDRESS),
  viewer("*", ADDRESS),
  viewer("a*@example.com", ADDRESS),
  viewer("*@*.example.com", ADDRESS),
  viewer("ana@example.com|ben@example.com", ADDRESS),
  viewer("ana@example.com,ben@example.com", ADDRESS),
  viewer("ana@example.com ", ADDRESS),
  viewer("änä@example.com", ADDRESS),
  // The guide's own, and what else Flower before 1.2 took: each of them would let nobody in now.
  viewer(".*@example\\.com$", PATTERN, "example.com"),
  viewer(".*@example.com", PATTERN, "example.com"),
  viewer("^.+@example[.]com$", PATTERN, "example.com"),
  viewer("Ana@Example.com", '"Ana@Example.com" has capital letters', "write ana@example.com"),
  viewer("*@Example.com", "has capital letters, while addresses are compared in lower case; write *@example.com"),
  viewer("*@gmail.com", '"*@gmail.com" lets in everybody who gets an address at gmail.com', "list the addresses"),
  viewer("*@users.noreply.github.com", "lets in everybody who gets an address at users.noreply.github.com"),
  viewer("*@outlook.com", "lets in everybody"),
  viewer("*@fastmail.com", "lets in everybody"),
  row("auth.oauth.admins", at("admins", "ada@example.com"), ["is not a list; write e-mail addresses"], signInFully),
  row("auth.oauth.admins[0]", at("admins", ["ada"]), ['"ada"', ADDRESS], signInFully),
  row("auth.oauth.admins[0]", at("admins", ["*@qq.com"]), ["lets in everybody", "qq.com"], signInFully),
  row("auth.oauth.admins", at("admins", ["a@x.example", "*@x.example"]), ["has a wildcard beside others"], signInFully),
  row("auth.oauth.admins", at("admins", ["a@x.example", "a@x.example"]), ["names something twice"], signInFully),
  row("admin", { admin: undefined }, ["is missing although there are admins"], signInFully),
  row(
    "admin",
    at("admins", undefined),
    ["although there are no admins; remove it, or name them in auth.oauth.admins"],
    signInFully,
  ),

  oauth("sessionHours", 0, ["0 is not a whole number from 1 to 720; write hours, such as 12"]),
  oauth("sessionHours", 1.5, ["1.5 is not a whole number from 1 to 720"]),
  oauth("githubHost", "github.example.com", ["goes only with provider github; remove it"]),
  oauth("gitlabHost", "gitlab.example.com", ["goes only with provider gitlab; remove it"]),
  oauth("gitlabGroups", ["platform"], ["goes only with provider gitlab; remove it"]),
  oauth("oktaBaseUrl", "https://example.okta.com/oauth2", ["goes only with provider okta; remove it"]),
  row(
    "auth.oauth.gitlabMinAccessLevel",
    { ...at("gitlabMinAccessLevel", 30), ...at("provider", "github") },
    ["goes only with provider gitlab; remove it"],
    signIn,
  ),
  row(
    "auth.oauth.githubHost",
    { ...at("provider", "github"), ...at("githubHost", "https://github.example.com") },
    ['"https://github.example.com"', HOST, "github.example.com"],
    signIn,
  ),
  row(
    "auth.oauth.githubHost",
    { ...at("provider", "github"), ...at("githubHost", "octo.ghe.com") },
    ['"octo.ghe.com" is GitHub Enterprise Cloud with data residency', "use another provider"],
    signIn,
  ),
  oauth("gitlabHost", "gitlab.example.com:0", ['"gitlab.example.com:0"', HOST, "gitlab.example.com"], signInFully),
  oauth("gitlabHost", "10.0.0.1", ['"10.0.0.1"', HOST], signInFully),
  oauth("gitlabGroups", "platform", ['"platform" is not a list; write full paths of groups'], signInFully),
  oauth("gitlabGroups", [], ["[] is empty, which Flower takes for every group; name at least one"], signInFully),
  oauth("gitlabGroups", ["a", "a"], ["names something twice"], signInFully),
  row(
    "auth.oauth.gitlabGroups[0]",
    at("gitlabGroups", ["a,b"]),
    ['"a,b" is not the full path of a GitLab'],
    signInFully,
  ),
  row("auth.oauth.gitlabGroups[0]", at("gitlabGroups", ["/a"]), ['"/a" is not the full path of a GitLab'], signInFully),
  oauth(
    "gitlabMinAccessLevel",
    25,
    ["25 is not a role of GitLab; write one of 5, 10, 15, 20, 30, 40, 50"],
    signInFully,
  ),
  row(
    "auth.oauth.gitlabMinAccessLevel",
    at("gitlabGroups", undefined),
    ["30 has no effect without gitlabGroups; name the groups, or remove it"],
    signInFully,
  ),
  oauth("oktaBaseUrl", undefined, ["is missing; write Okta's authorization server"], signInWithOkta),
  oauth("oktaBaseUrl", "https://example.okta.com", ['"https://example.okta.com"', SERVER], signInWithOkta),
  oauth("oktaBaseUrl", "http://example.okta.com/oauth2", [SERVER], signInWithOkta),
  oauth("oktaBaseUrl", "https://example.okta.com/oauth2/", [SERVER, "without a slash at its end"], signInWithOkta),
  oauth("oktaBaseUrl", "https://user@example.okta.com/oauth2", [SERVER], signInWithOkta),
  oauth("caSecret", "CA", ['"CA" is not the name of a Secret; write one such as provider-ca'], signInFully),
  oauth("caSecret", "provider-ca", ["goes only with a provider of your own (githubHost, gitlabHost or oktaBaseUrl)"]),
  ...egressRows("auth.oauth.peers", changed(signInFully, at("peers", undefined))),
];
