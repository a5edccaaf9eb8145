package io.warroom.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandLineTest {
    @TempDir
    private Path folder;

    private final StringWriter said = new StringWriter();

    @Test
    void aSecondUpIsRefusedInOneLineThatNamesTheFirst() throws Exception {
        try (var _ = RunLock.take(folder)) {
            assertThat(run("up", "--folder", folder.toString())).isEqualTo(1);
        }
        assertThat(said.toString().strip())
                .contains("already up", "process " + ProcessHandle.current().pid())
                .doesNotContain("\n");
    }

    @Test
    void aReleasedLockIsTakenAgain() throws Exception {
        RunLock.take(folder).close();
        RunLock.take(folder).close();
    }

    @Test
    void declareWithoutARunningStackSaysHowToStartOne() {
        assertThat(run("declare", "--folder", folder.toString(), "--tenant", "acme", "--title", "Down"))
                .isEqualTo(1);
        assertThat(said.toString()).contains("not up", "./warroom up").doesNotContain("\tat ");
    }

    @Test
    void flagsBecomeAnIncidentWhoseFirstResponderIsInCommand() {
        var incident = declared(
                "--tenant",
                "acme",
                "--title",
                "Checkout is down",
                "--severity",
                "P1",
                "--responder",
                "Li Wei,li.wei@acme.example,+8613800000001",
                "--responder",
                "Anna Keller,,+8613800000002");

        assertThat(incident.get("tenantId").asString()).isEqualTo("acme");
        assertThat(incident.get("incidentId").asString()).startsWith("INC-");
        assertThat(incident.get("severity").asString()).isEqualTo("P1");
        var responders = incident.get("responders");
        assertThat(responders).hasSize(2);
        assertThat(responders.get(0).get("personId").asString()).isEqualTo("li.wei");
        assertThat(responders.get(0).get("role").asString()).isEqualTo("COMMANDER");
        assertThat(responders.get(1).has("email")).isFalse();
        assertThat(responders.get(1).get("mobile").asString()).isEqualTo("+8613800000002");
    }

    @Test
    void aResponderWithTooManyPartsIsShownAsItWasGiven() {
        assertThatThrownBy(() -> declared("--tenant", "a", "--title", "t", "--responder", "a,b,c,d"))
                .hasMessageContaining("--responder a,b,c,d")
                .hasMessageContaining("name,email,mobile");
    }

    @Test
    void aFileThatIsNotJsonIsRefusedByLine() throws Exception {
        var file = Files.writeString(folder.resolve("incident.json"), "{\n  \"tenantId\": \"acme\",\n  oops\n}\n");

        assertThatThrownBy(() -> IncidentJson.read(file))
                .hasMessageContaining("incident.json line 3")
                .hasMessageContaining("not JSON");
    }

    @Test
    void aFileWithoutARequiredFieldIsRefusedByItsName() throws Exception {
        var file =
                Files.writeString(folder.resolve("incident.json"), "{\"tenantId\": \"acme\", \"incidentId\": \"1\"}");

        assertThatThrownBy(() -> IncidentJson.read(file)).hasMessageContaining("field 'title'");
    }

    @Test
    void aMisspeltFieldOfAResponderIsRefusedByItsPath() throws Exception {
        var file = Files.writeString(
                folder.resolve("incident.json"),
                "{\"tenantId\": \"acme\", \"incidentId\": \"1\", \"title\": \"t\", \"responders\": [{\"phone\": \"1\"}]}");

        assertThatThrownBy(() -> IncidentJson.read(file))
                .hasMessageContaining("field 'responders[0].phone' is unknown");
    }

    @Test
    void aRefusalNamesTheFieldsAtFaultInWords() {
        var answer = new Http.Answer(
                422,
                "{\"title\": \"Unprocessable Content\", \"detail\": \"Two faults\", \"errors\": ["
                        + "{\"field\": \"severity\", \"message\": \"must be P1 to P5\"},"
                        + "{\"field\": \"title\", \"message\": \"is missing\"}]}");

        assertThat(Problem.inWords(answer)).isEqualTo("severity must be P1 to P5; title is missing (HTTP 422)");
    }

    @Test
    void aRefusalThatIsNoProblemDocumentIsShownAsItCame() {
        assertThat(Problem.inWords(new Http.Answer(502, "<html>"))).isEqualTo("HTTP 502 <html>");
    }

    @Test
    void tooLittleDiskIsSaidInMegabytes() {
        assertThatThrownBy(() -> Stack.requireDisk(100L * 1024 * 1024)).hasMessageContaining("Only 100 MB");
    }

    @Test
    void anEarlierDeclarationsRoomIsNoSuccess() {
        var incident = declared("--tenant", "acme", "--title", "Down");
        var now = Instant.now();

        assertThat(DeclareCommand.isEarlier(now.minusSeconds(60), incident)).isTrue();
        assertThat(DeclareCommand.isEarlier(
                        Instant.parse(incident.path("declaredAt").asString()), incident))
                .isFalse();
        assertThat(DeclareCommand.effectText("REPEATS")).contains("declared before");
        assertThat(DeclareCommand.effectText("OPENS")).isEmpty();
    }

    private tools.jackson.databind.node.ObjectNode declared(String... flags) {
        var command = new DeclareCommand();
        new CommandLine(command).parseArgs(flags);
        return command.incident();
    }

    private int run(String... arguments) {
        return Main.commandLine().setErr(new PrintWriter(said, true)).execute(arguments);
    }
}
