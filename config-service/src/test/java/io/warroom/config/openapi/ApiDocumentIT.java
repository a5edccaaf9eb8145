package io.warroom.config.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The API's document, as a running instance serves it, and its copy in the repository. */
class ApiDocumentIT {

    private static final Path COMMITTED = Path.of("../docs/openapi.yaml");

    @TempDir
    static Path folder;

    private static Deployment deployment;
    private static Instance service;

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.inFolder(folder);
        service = deployment.start();
    }

    @AfterAll
    static void stop() {
        deployment.close();
    }

    /** To write it anew: {@code -Dwarroom.openapi.write=true}. */
    @Test
    void theCommittedDocumentIsTheOneThatIsServed() throws Exception {
        var served = service.sendAs(null, "GET", "/api/openapi.yaml", "");
        assertThat(served.statusCode()).as(served.body()).isEqualTo(200);

        if (Boolean.getBoolean("warroom.openapi.write")) {
            Files.writeString(COMMITTED, served.body());
        }

        assertThat(Files.readString(COMMITTED))
                .as("docs/openapi.yaml is stale: run this test with -Dwarroom.openapi.write=true")
                .isEqualTo(served.body());
    }

    @Test
    void everyRefusalThatIsWrittenInTheCodeIsInTheDocument() throws Exception {
        var written = new TreeSet<String>();
        var refusal = Pattern.compile("HttpStatus\\.([A-Z_]+),\\s*\"([a-z][a-z-]+)\"");
        try (var files = Files.walk(Path.of("src/main/java"))) {
            for (var file : files.filter(it -> it.toString().endsWith(".java"))
                    // Pages answer in pages.
                    .filter(it -> !it.toString().contains("/console/"))
                    .toList()) {
                var found = refusal.matcher(Files.readString(file));
                while (found.find()) {
                    written.add(HttpStatus.valueOf(found.group(1)).value() + " " + found.group(2));
                }
            }
        }

        var documented = new TreeSet<String>();
        document()
                .path("components")
                .path("examples")
                .forEachEntry((code, example) ->
                        documented.add(example.path("value").path("status").asInt() + " " + code));

        assertThat(written).hasSizeGreaterThan(25);
        assertThat(documented).containsAll(written);
    }

    @Test
    void everyExampleIsWhatItsSchemaAllows() throws Exception {
        var contract = new Contract(document().toString());
        int examples = 0;
        for (var operation : contract.operations()) {
            var contents = new ArrayList<JsonNode>();
            contents.add(operation.node().at("/requestBody/content"));
            operation
                    .node()
                    .path("responses")
                    .forEach(answer -> contents.add(contract.resolved(answer).path("content")));
            for (var media : contents.stream().flatMap(JsonNode::valueStream).toList()) {
                var all = new ArrayList<JsonNode>();
                if (media.has("example")) {
                    all.add(media.path("example"));
                }
                media.path("examples")
                        .forEach(example -> all.add(contract.resolved(example).path("value")));
                for (var example : all) {
                    assertThat(contract.faults(media.path("schema"), example))
                            .as("%s: %s", operation, example)
                            .isEmpty();
                    examples++;
                }
            }
        }
        assertThat(examples).isGreaterThan(200);
    }

    @Test
    void secretsAreTakenAndNeverShownAndEveryOperationNamesItsCallers() throws Exception {
        var document = document();
        for (var shape : List.of("WECOMSettings", "DINGTALKSettings", "LARKSettings")) {
            var properties = document.at("/components/schemas/" + shape + "/properties");
            properties.forEachEntry(
                    (name, property) -> assertThat(property.path("writeOnly").asBoolean(false))
                            .as(shape + "." + name)
                            .isEqualTo(name.endsWith("Secret") || name.endsWith("Key")));
        }
        for (var operation : new Contract(document.toString()).operations()) {
            assertThat(operation.node().path("x-roles").size())
                    .as(operation.toString())
                    .isPositive();
            assertThat(operation.node().path("security").size())
                    .as(operation.toString())
                    .isPositive();
            assertThat(operation.node().path("operationId").asString()).matches("[a-z][A-Za-z]+");
        }
    }

    @Test
    void thePageThatShowsItComesFromHereAlone() throws Exception {
        var entry = service.sendAs(null, "GET", "/api/docs", "", "Accept", "text/html");
        assertThat(entry.statusCode()).isEqualTo(302);
        var page = service.sendAs(null, "GET", "/api/swagger-ui/index.html", "", "Accept", "text/html");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy)
                        .startsWith("default-src 'self'; ")
                        .endsWith("; img-src 'self' data:")
                        .as("the icons of its style sheet, and nothing else")
                        .containsOnlyOnce("data:"));
        assertThat(service.sendAs(null, "GET", "/api/openapi", "").headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).doesNotContain("data:"));
        assertThat(page.body())
                .doesNotContain("http://", "https://", "<style", "onload")
                .doesNotContainPattern("<script>");
        var loaded = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(page.body());
        int files = 0;
        while (loaded.find()) {
            var file = service.sendAs(
                    null, "GET", "/api/swagger-ui/" + loaded.group(1).replaceFirst("^\\./", ""), "");
            assertThat(file.statusCode()).as(loaded.group(1)).isEqualTo(200);
            files++;
        }
        assertThat(files).isGreaterThanOrEqualTo(5);
        assertThat(service.sendAs(null, "GET", "/api/swagger-ui/swagger-initializer.js", "")
                        .body())
                .contains("/api/openapi")
                .doesNotContain("petstore");
        assertThat(service.sendAs(null, "GET", "/api/openapi/swagger-config", "")
                        .body())
                .as("nobody else is asked whether the document is right")
                .contains("\"validatorUrl\":\"\"");
    }

    private static JsonNode document() throws Exception {
        return JsonMapper.shared()
                .readTree(service.sendAs(null, "GET", "/api/openapi", "").body());
    }
}
