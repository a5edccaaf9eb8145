package io.warroom.simulator;

import io.warroom.simulator.witness.World;
import io.warroom.simulator.witness.WorldKeeper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * WeCom, DingTalk and Lark on one port, below {@code /wecom}, {@code /dingtalk} and {@code /lark}; the truth about them
 * below {@code /sim/v1}. Any number of threads may call it; it serves from {@code start} to {@link #close()} and forgets all,
 * unless it was given a folder to keep its world in.
 */
public final class Simulator implements AutoCloseable {
    private final String host;
    private final Server server;
    private final ServerConnector connector;
    private final ExecutorService requests;
    private final CountDownLatch closed;
    private final @Nullable WorldKeeper keeper;

    private Simulator(
            String host,
            Server server,
            ServerConnector connector,
            ExecutorService requests,
            CountDownLatch closed,
            @Nullable WorldKeeper keeper) {
        this.host = host;
        this.server = server;
        this.connector = connector;
        this.requests = requests;
        this.closed = closed;
        this.keeper = keeper;
    }

    /** Starts on the host and port, 0 for a free one. Throws IOException when the port cannot be had. */
    public static Simulator start(String host, int port) throws IOException {
        return start(host, port, Clock.systemUTC());
    }

    /** Starts with a clock, which decides when tokens expire and de-duplication windows end. */
    public static Simulator start(String host, int port, Clock clock) throws IOException {
        return start(host, port, clock, null);
    }

    /** The same with a folder that keeps the world over restarts, or null. Throws IOException when what it holds cannot be read. */
    public static Simulator start(String host, int port, Clock clock, @Nullable Path folder) throws IOException {
        World world = new World(clock);
        WorldKeeper keeper = folder == null ? null : WorldKeeper.keep(world, folder);
        ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
        QueuedThreadPool threads = new QueuedThreadPool(16);
        threads.setName("simulator");
        threads.setVirtualThreadsExecutor(requests);
        Server server = new Server(threads);
        ServerConnector connector = new ServerConnector(server);
        connector.setHost(host);
        connector.setPort(port);
        server.addConnector(connector);
        CountDownLatch closed = new CountDownLatch(1);
        server.setHandler(new Front(world, closed));
        Simulator simulator = new Simulator(host, server, connector, requests, closed, keeper);
        try {
            server.start();
            return simulator;
        } catch (Exception notStarted) {
            simulator.close();
            if (notStarted instanceof IOException unavailable) {
                throw unavailable;
            }
            throw new IllegalStateException("starting the simulator on " + host + ":" + port, notStarted);
        }
    }

    /** The port it listens on. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Its address without a slash at the end. */
    public String baseUrl() {
        return "http://" + (host.equals("0.0.0.0") ? "127.0.0.1" : host) + ":" + port();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            server.stop();
        } catch (Exception notStopped) {
            throw new IllegalStateException("stopping the simulator", notStopped);
        } finally {
            requests.shutdownNow();
            if (keeper != null) {
                keeper.close();
            }
        }
    }
}
