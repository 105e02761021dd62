# What a release is made of, as CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/). Reads `cargo metadata`; `.ci/sbom.sh` says with
#   $parts  lines "part name version": what `cargo tree` has in the hub and in each plugin
#   $run    lines "name version": those of them that are in the file and not only at work while it is made
#   $sums   lines "name version sha256": the hashes of Cargo.lock
#   $files  lines "sha256 part": the files that are installed
#   $version, $time  of the release; $sqlite  version of the SQLite inside libsqlite3-sys
# No serial number and no time of the build: the same commit gives the same list.

def lines(text): text | split("\n") | map(select(. != "") | split(" "));
def ref: "\(.name)@\(.version)";

(lines($parts) | map(.[0]) | unique) as $tops
| (lines($parts) | map({key: "\(.[1])@\(.[2])", value: true}) | from_entries) as $there
| (lines($run) | map({key: "\(.[0])@\(.[1])", value: true}) | from_entries) as $runs
| (lines($sums) | map({key: "\(.[0])@\(.[1])", value: .[2]}) | from_entries) as $sum
| (lines($files) | map({key: .[1], value: .[0]}) | from_entries) as $file
| (.packages | map(select($there[ref]))) as $packages
| ($packages | map({key: .id, value: ref}) | from_entries) as $known
| def component:
    .name as $name
    | {type: (if $file[$name] then "application" else "library" end), "bom-ref": ref, name, version}
    + (if .source then {purl: "pkg:cargo/\(.name)@\(.version)"} else {publisher: "Xueliang+"} end)
    + {scope: (if $runs[ref] then "required" else "excluded" end)}
    + (($file[$name] // $sum[ref]) as $hash | if $hash then {hashes: [{alg: "SHA-256", content: $hash}]} else {} end)
    + (if .license then {licenses: [{expression: (.license | gsub(" */ *"; " OR "))}]}
       elif .license_file then {licenses: [{license: {name: "see \(.license_file)"}}]} else {} end)
    + (if .description and .source then {description: (.description | gsub("\\s+"; " ") | ltrimstr(" ") | rtrimstr(" "))} else {} end)
    + (if .repository and (.repository | test("^https?://[^ ]+$")) then {externalReferences: [{type: "vcs", url: .repository}]} else {} end);
{
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: {
    timestamp: $time,
    component: {type: "application", "bom-ref": "release", name: "xueliang-plus", version: $version,
                licenses: [{expression: "Apache-2.0"}]}
  },
  components: (($packages | map(component)) + [{
    type: "library", "bom-ref": "sqlite@\($sqlite)", name: "sqlite", version: $sqlite, scope: "required",
    licenses: [{license: {name: "public domain"}}], purl: "pkg:generic/sqlite@\($sqlite)",
    cpe: "cpe:2.3:a:sqlite:sqlite:\($sqlite):*:*:*:*:*:*:*"
  }] | sort_by(."bom-ref")),
  dependencies: (
    [{ref: "release", dependsOn: ([$packages[] | select(.source == null and (.name as $name | $tops | index($name))) | ref] | sort)}]
    + (.resolve.nodes | map(select($known[.id]) | {
        ref: $known[.id],
        dependsOn: ([.deps[] | select(any(.dep_kinds[]; .kind != "dev")) | $known[.pkg] | values]
                    + (if $known[.id] | startswith("libsqlite3-sys@") then ["sqlite@\($sqlite)"] else [] end) | unique)
      }) | sort_by(.ref)))
}
