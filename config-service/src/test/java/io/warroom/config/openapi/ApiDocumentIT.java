package io.warroom.config.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}
