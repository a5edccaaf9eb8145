package io.warroom.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    @Test
    void aProgramThatEndsBeforeItIsReadyIsReportedWithItsLog() {
        try (var child = shell("echo the port is cursed; exit 3")) {
            assertThatThrownBy(() -> child.awaitReady(() -> false, PATIENCE))
                    .isInstanceOf(LocalStackException.class)
                    .hasMessageContaining("The fake service ended before it was ready (exit status 3)")
                    .hasMessageContaining(folder.resolve("fake.log").toString())
                    .hasMessageContaining("the port is cursed");
        }
    }

    @Test
    void aProgramThatIsNotReadyInTimeIsReported() {
        try (var child = shell("exec tail -f /dev/null")) {
            assertThatThrownBy(() -> child.awaitReady(() -> false, Duration.ZERO))
                    .hasMessageContaining("was not ready within 0 s");
        }
    }

    @Test
    void aDeathThatNobodyOrderedIsTold() {
        var told = new CompletableFuture<String>();
        try (var child = shell("echo farewell; exit 7")) {
            child.onDeath(told::complete);

            assertThat(told).succeedsWithin(PATIENCE).asString().contains("ended (exit status 7)", "farewell");
        }
    }

    @Test
    void aStopThatWasOrderedIsNoDeath() {
        var told = new CompletableFuture<String>();
        var child = shell("exec tail -f /dev/null");
        child.onDeath(told::complete);

        child.close();

        assertThat(child.isAlive()).isFalse();
        assertThat(told).isNotDone();
    }

    @Test
    void aProgramEndsWhenItsParentIsKilled() throws Exception {
        var classPath = System.getProperty("java.class.path");
        var parent = new ProcessBuilder(
                        ChildProcess.java(List.of("-cp", classPath, LeashedParent.class.getName(), folder.toString())))
                .start();
        long child;
        try (var said = parent.inputReader()) {
            child = Long.parseLong(said.readLine());
            parent.destroyForcibly().waitFor();
        }

        var handle = ProcessHandle.of(child);
        if (handle.isPresent()) {
            assertThat(handle.get().onExit()).succeedsWithin(PATIENCE);
        }
    }

    /** A process that starts a child and waits to be killed. */
    static final class LeashedParent {
        private LeashedParent() {}

        public static void main(String[] arguments) throws InterruptedException {
            var log = Path.of(arguments[0]).resolve("orphan.log");
            var child = ChildProcess.start(
                    "the orphan", List.of("tail", "-f", "/dev/null"), log, ChildProcess.StopSignal.TERM, Map.of());
            System.out.println(child.pid());
            Thread.currentThread().join();
        }
    }

    @Test
    void theLogFolderIsMadeWhenMissing() {
        var log = folder.resolve("deep").resolve("down").resolve("fake.log");
        try (var child =
                ChildProcess.start("the fake service", List.of("true"), log, ChildProcess.StopSignal.TERM, Map.of())) {
            child.awaitSuccess(PATIENCE);
        }
        assertThat(Files.exists(log)).isTrue();
    }

    private ChildProcess shell(String script) {
        return ChildProcess.start(
                "the fake service",
                List.of("/bin/sh", "-c", script),
                folder.resolve("fake.log"),
                ChildProcess.StopSignal.TERM,
                Map.of());
    }
}
