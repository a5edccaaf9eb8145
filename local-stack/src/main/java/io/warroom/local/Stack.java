package io.warroom.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * All parts of Warroom on this machine: {@link #start()} brings up what can be brought up side by side, {@link #close()} stops
 * what runs in the order of {@link Part}. Closing from another thread while it starts is fine: whatever comes up later is
 * stopped at once.
 */
final class Stack implements AutoCloseable {
    private static final long LEAST_FREE_BYTES = 512L * 1024 * 1024;

    /** In the order of stopping: who uses others goes first. */
    enum Part {
        WORKER,
        CONFIG_SERVICE,
        SIMULATOR,
        REGISTRY,
        BROKER,
        DATABASE
    }

    private final StackSettings settings;
    private final Services services;
    private final Consumer<String> progress;
    private final Map<Part, AutoCloseable> running = new EnumMap<>(Part.class);
    private final CompletableFuture<String> death = new CompletableFuture<>();
    private final List<Integer> workerPorts = new ArrayList<>();
    private boolean closing;

    /** @param progress is told, from any thread, what has come up */
    Stack(StackSettings settings, Services services, Consumer<String> progress) {
        this.settings = settings;
        this.services = services;
        this.progress = progress;
        workerPorts.add(settings.workerPort());
        for (int number = 2; number <= settings.workers(); number++) {
            workerPorts.add(Ports.choose(0, "worker " + number));
        }
    }

    /**
     * Starts all.
     *
     * @return how to sign in at the API
     * @throws LocalStackException when less than 512 MB are free, or a part does not come up; then nothing is left running
     */
    SignIn start() {
        SignIn signIn;
        try {
            Files.createDirectories(settings.folder().resolve("logs"));
            Files.createDirectories(settings.folder().resolve("keys"));
            Files.setPosixFilePermissions(settings.folder(), PosixFilePermissions.fromString("rwx--x--x"));
            Files.setPosixFilePermissions(
                    settings.folder().resolve("keys"), PosixFilePermissions.fromString("rwx------"));
            signIn = SignIn.keptIn(settings.folder());
            requireDisk(Files.getFileStore(settings.folder()).getUsableSpace());
        } catch (IOException e) {
            throw new LocalStackException("Cannot use the folder " + settings.folder() + ": " + e, e);
        }
        try {
            startParts();
            return signIn;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Completes with one line and a log's end when a part ends that nobody stopped. */
    CompletableFuture<String> death() {
        return death;
    }

    static void requireDisk(long freeBytes) {
        if (freeBytes < LEAST_FREE_BYTES) {
            throw new LocalStackException(
                    "Only " + freeBytes / (1024 * 1024) + " MB of disk are free; Warroom needs 512 MB.");
        }
    }

    private void startParts() {
        var data = settings.folder();
        var broker = new CompletableFuture<Broker>();
        var registry = new CompletableFuture<Registry>();
        var database = new CompletableFuture<Database>();
        allAtOnce(List.of(
                () -> broker.complete(
                        up(Part.BROKER, "broker", Broker.start(data.resolve("kafka"), settings.brokerPort()))),
                () -> registry.complete(startRegistry()),
                () -> database.complete(startDatabase()),
                () -> {
                    var simulator = watched(Part.SIMULATOR, services.simulator());
                    services.awaitSimulator(simulator);
                    progress.accept("platform simulator");
                    return true;
                },
                () -> {
                    services.makeKeysOnce();
                    return true;
                }));
        services.setUp(broker.join(), registry.join(), database.join());
        progress.accept("topics and schemas");
        var workers = keep(
                Part.WORKER,
                new Workers(
                        number -> services.worker(number, workerPorts.get(number - 1), broker.join(), registry.join()),
                        progress,
                        death::complete,
                        InstantSource.system()));
        var starts = new ArrayList<Callable<Boolean>>();
        starts.add(() -> {
            var service = watched(
                    Part.CONFIG_SERVICE, services.configService(broker.join(), registry.join(), database.join()));
            services.awaitConfigService(service);
            progress.accept("config service");
            return true;
        });
        for (int number = 1; number <= settings.workers(); number++) {
            int its = number;
            starts.add(() -> {
                services.awaitWorker(workers.start(its), workerPorts.get(its - 1));
                progress.accept(settings.workers() == 1 ? "worker" : "worker " + its);
                return true;
            });
        }
        allAtOnce(starts);
    }

    /** Ends one worker by force, as a crash does; it is started again. */
    void killWorker(int number) {
        synchronized (running) {
            if (running.get(Part.WORKER) instanceof Workers workers) {
                workers.kill(number);
            }
        }
    }

    private Registry startRegistry() {
        var storage = settings.kept() ? Registry.Storage.KEPT : Registry.Storage.IN_MEMORY;
        var registry = up(
                Part.REGISTRY,
                "schema registry",
                Registry.start(settings.folder().resolve("registry"), settings.registryPort(), storage));
        registry.process().onDeath(death::complete);
        return registry;
    }

    private Database startDatabase() {
        var database = up(
                Part.DATABASE,
                "PostgreSQL",
                Database.start(settings.folder().resolve("postgresql"), settings.databasePort()));
        database.process().onDeath(death::complete);
        return database;
    }

    private ChildProcess watched(Part part, ChildProcess process) {
        keep(part, process).onDeath(death::complete);
        return process;
    }

    private <T extends AutoCloseable> T up(Part part, String name, T started) {
        keep(part, started);
        progress.accept(name);
        return started;
    }

    private <T extends AutoCloseable> T keep(Part part, T started) {
        synchronized (running) {
            if (!closing) {
                running.put(part, started);
                return started;
            }
        }
        stop(started);
        throw new LocalStackException("Stopped while starting.");
    }

    /** The first failure is thrown as soon as it happens; what comes up after it is stopped by {@link #keep}. */
    private void allAtOnce(List<Callable<Boolean>> starts) {
        var executor = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().daemon().name("start-", 0).factory());
        try {
            var done = new ExecutorCompletionService<Boolean>(executor);
            starts.forEach(done::submit);
            for (int i = 0; i < starts.size(); i++) {
                done.take().get();
            }
        } catch (ExecutionException e) {
            close();
            if (e.getCause() instanceof LocalStackException told) {
                throw told;
            }
            throw new LocalStackException("A part did not start: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalStackException("Interrupted while starting.", e);
        } finally {
            executor.shutdown();
        }
    }

    boolean hasRunningParts() {
        synchronized (running) {
            return !running.isEmpty();
        }
    }

    /** Stops what runs, in order; safe to call again. */
    @Override
    public void close() {
        List<AutoCloseable> inOrder;
        synchronized (running) {
            closing = true;
            inOrder = new ArrayList<>(running.values());
            running.clear();
        }
        inOrder.forEach(Stack::stop);
    }

    private static void stop(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            // The others must still be stopped.
            System.err.println("Not stopped cleanly: " + e.getMessage());
        }
    }
}
