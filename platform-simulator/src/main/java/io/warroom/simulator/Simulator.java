package io.warroom.simulator;

import io.warroom.simulator.witness.World;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * WeCom, DingTalk and Lark on one port, below {@code /wecom}, {@code /dingtalk} and {@code /lark}; the truth about them
 * below {@code /sim/v1}. Any number of threads may call it; it serves from {@code start} to {@link #close()} and forgets all.
 */
public final class Simulator implements AutoCloseable {
    private final String host;
    private final Server server;
    private final ServerConnector connector;
    private final ExecutorService requests;
    private final CountDownLatch closed;

    private Simulator(
            String host, Server server, ServerConnector connector, ExecutorService requests, CountDownLatch closed) {
        this.host = host;
        this.server = server;
        this.connector = connector;
        this.requests = requests;
        this.closed = closed;
    }

    /** Starts on the host and port, 0 for a free one. Throws IOException when the port cannot be had. */
    public static Simulator start(String host, int port) throws IOException {
        return start(host, port, Clock.systemUTC());
    }

    /** Starts with a clock, which decides when tokens expire and de-duplication windows end. */
    public static Simulator start(String host, int port, Clock clock) throws IOException {
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
        server.setHandler(new Front(new World(clock), closed));
        Simulator simulator = new Simulator(host, server, connector, requests, closed);
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
        }
    }
}
