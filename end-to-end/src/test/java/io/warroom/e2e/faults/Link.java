package io.warroom.e2e.faults;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.requests.RequestUtils;
import org.apache.kafka.common.requests.ResponseHeader;
import org.jspecify.annotations.Nullable;

/**
 * A way to a server that can be cut, with every connection on it, silenced, slowed, made to swallow all, and healed. A way to a broker names itself
 * wherever the broker names its advertised listener, so that clients come back through it. Threads share it; close it.
 */
final class Link implements AutoCloseable {

    private final ServerSocket listener;
    private final InetSocketAddress target;
    private final boolean kafka;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final ExecutorService pipes = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger swallowed = new AtomicInteger();
    private volatile boolean cut;
    private volatile boolean swallowing;
    private volatile Weather weather = Weather.FAIR;

    private Link(String host, int port, String target, boolean kafka) {
        try {
            this.listener = new ServerSocket(port, 500, InetAddress.getByName(host));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int colon = target.lastIndexOf(':');
        this.target = new InetSocketAddress(target.substring(0, colon), Integer.parseInt(target.substring(colon + 1)));
        this.kafka = kafka;
        pipes.execute(this::accept);
    }

    /** To {@code host:port}. */
    static Link to(String target) {
        return new Link("127.0.0.1", 0, target, false);
    }

    /** To {@code host:port}, from an address and port of this machine. */
    static Link at(String host, int port, String target) {
        return new Link(host, port, target, false);
    }

    /** To the one broker at {@code host:port}. */
    static Link toBroker(String bootstrapServer) {
        return new Link("127.0.0.1", 0, bootstrapServer, true);
    }

    /** {@code host:port} to connect to instead of the server. */
    String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** Resets every connection, and each new one at once. */
    void cut() {
        refused.set(0);
        cut = true;
        connections.forEach(Connection::reset);
    }

    /**
     * Swallows every packet from now on, as a firewall or a node does that vanished: connections are accepted and kept, no byte,
     * FIN or RST passes in either direction. Those that there are, or that come meanwhile, stay dead when this is healed.
     */
    void swallow() {
        swallowed.set(0);
        swallowing = true;
        connections.forEach(Connection::lose);
    }

    /** How many pieces were swallowed since that began: proof that something was sent. */
    int swallowed() {
        return swallowed.get();
    }

    /** Resets every connection there is; new ones are welcome. */
    void reset() {
        connections.forEach(Connection::reset);
    }

    /** What the way does to what travels on it, in both directions, from now on; connections stay. */
    void weather(Weather now) {
        weather = now;
    }

    /**
     * What a way does to what travels on it.
     *
     * @param silent connections are kept and accepted, and nothing gets through until the weather changes
     * @param latencyMillis before each piece, and up to {@code jitterMillis} more
     * @param bytesPerSecond 0 for no limit
     * @param sliced each byte travels alone
     */
    record Weather(boolean silent, int latencyMillis, int jitterMillis, int bytesPerSecond, boolean sliced) {
        static final Weather FAIR = new Weather(false, 0, 0, 0, false);
        static final Weather SILENT = new Weather(true, 0, 0, 0, false);
        static final Weather SLICED = new Weather(false, 0, 0, 0, true);

        static Weather slow(int latencyMillis, int jitterMillis, int bytesPerSecond) {
            return new Weather(false, latencyMillis, jitterMillis, bytesPerSecond, false);
        }
    }

    /** Both ends of one way. */
    private static final class Connection {
        final Socket client;
        final Socket server = new Socket();
        /** Nothing passes any more, and neither end hears of the other's. */
        volatile boolean lost;

        Connection(Socket client) {
            this.client = client;
        }

        void lose() {
            lost = true;
        }

        void reset() {
            Link.reset(client);
            Link.reset(server);
        }

        /** Resets one end alone, when the other must not hear of it. */
        void ended(Socket end) {
            if (lost) {
                Link.reset(end);
            } else {
                reset();
            }
        }
    }

    /** Sends one piece, as the weather is. */
    private void pass(Connection connection, byte[] piece, int length, OutputStream to) throws IOException {
        try {
            while (weather.silent() && !listener.isClosed()) {
                Thread.sleep(20);
            }
            if (connection.lost) {
                swallowed.incrementAndGet();
                return;
            }
            var now = weather;
            int late = now.latencyMillis()
                    + (now.jitterMillis() > 0 ? ThreadLocalRandom.current().nextInt(now.jitterMillis()) : 0);
            if (now.bytesPerSecond() > 0) {
                late += (int) (length * 1_000L / now.bytesPerSecond());
            }
            if (late > 0) {
                Thread.sleep(late);
            }
            if (now.sliced()) {
                for (int i = 0; i < length; i++) {
                    to.write(piece, i, 1);
                    to.flush();
                }
            } else {
                to.write(piece, 0, length);
                to.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the link is closed");
        }
    }

    private void copy(Connection connection, InputStream from, OutputStream to) throws IOException {
        byte[] piece = new byte[16 * 1_024];
        for (int read = from.read(piece); read >= 0; read = from.read(piece)) {
            pass(connection, piece, read, to);
        }
    }

    /** How many connections were refused since the last cut: proof that somebody has missed the server. */
    int refused() {
        return refused.get();
    }

    /** How many connections were let through, ever. */
    int served() {
        return served.get();
    }

    void heal() {
        cut = false;
        swallowing = false;
        weather = Weather.FAIR;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var client = listener.accept();
                pipes.execute(() -> serve(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        var connection = new Connection(client);
        var server = connection.server;
        connections.add(connection);
        try {
            if (cut) {
                refused.incrementAndGet();
                return;
            }
            if (swallowing) {
                connection.lose();
            }
            server.connect(target, 5_000);
            served.incrementAndGet();
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            var asked = new ConcurrentHashMap<Integer, Request>();
            var back = pipes.submit(() -> {
                try {
                    if (kafka) {
                        answers(connection, asked);
                    } else {
                        copy(connection, server.getInputStream(), client.getOutputStream());
                    }
                    if (!connection.lost) {
                        client.close();
                        server.close();
                    }
                } catch (IOException e) {
                    connection.ended(server);
                }
                return null;
            });
            if (cut) {
                return; // it came while we connected
            }
            try {
                if (kafka) {
                    requests(connection, asked);
                } else {
                    copy(connection, client.getInputStream(), server.getOutputStream());
                }
                if (!connection.lost) {
                    server.shutdownOutput();
                }
            } catch (IOException e) {
                connection.ended(client);
            }
            back.get();
        } catch (IOException | ExecutionException e) {
            // One side is gone: so is the other.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(connection);
            connection.reset();
        }
    }

    /** A request whose answer names brokers. */
    private record Request(ApiKeys api, short version) {}

    private void requests(Connection connection, ConcurrentHashMap<Integer, Request> asked) throws IOException {
        var in = new DataInputStream(connection.client.getInputStream());
        while (true) {
            var frame = frame(in);
            if (frame == null) {
                return;
            }
            var head = frame.duplicate();
            var api = ApiKeys.forId(head.getShort());
            short version = head.getShort();
            if (api == ApiKeys.METADATA || api == ApiKeys.FIND_COORDINATOR || api == ApiKeys.DESCRIBE_CLUSTER) {
                asked.put(head.getInt(), new Request(api, version));
            }
            write(connection, frame, connection.server.getOutputStream());
        }
    }

    /** The next request or answer, without its length; null at the connection's end. */
    private static @Nullable ByteBuffer frame(DataInputStream in) throws IOException {
        int length = in.read() << 24 | in.read() << 16 | in.read() << 8 | in.read();
        return length < 0 ? null : ByteBuffer.wrap(in.readNBytes(length));
    }

    private void answers(Connection connection, ConcurrentHashMap<Integer, Request> asked) throws IOException {
        var in = new DataInputStream(connection.server.getInputStream());
        while (true) {
            var frame = frame(in);
            if (frame == null) {
                return;
            }
            var request = asked.remove(frame.getInt(0));
            write(
                    connection,
                    request == null ? frame : namingThis(request, frame),
                    connection.client.getOutputStream());
        }
    }

    private ByteBuffer namingThis(Request request, ByteBuffer frame) {
        short headerVersion = request.api().responseHeaderVersion(request.version());
        short version = request.version();
        var header = ResponseHeader.parse(frame, headerVersion);
        var body = new ByteBufferAccessor(frame);
        int port = listener.getLocalPort();
        var renamed = switch (request.api()) {
            case METADATA -> {
                var answer = new MetadataResponseData(body, version);
                answer.brokers().forEach(broker -> broker.setHost("127.0.0.1").setPort(port));
                yield answer;
            }
            case FIND_COORDINATOR -> {
                var answer = new FindCoordinatorResponseData(body, version);
                if (version < 4) {
                    answer.setHost("127.0.0.1").setPort(port);
                }
                answer.coordinators().forEach(one -> one.setHost("127.0.0.1").setPort(port));
                yield answer;
            }
            case DESCRIBE_CLUSTER -> {
                var answer = new DescribeClusterResponseData(body, version);
                answer.brokers().forEach(broker -> broker.setHost("127.0.0.1").setPort(port));
                yield answer;
            }
            default -> throw new IllegalStateException(request.api() + " names no brokers");
        };
        return RequestUtils.serialize(header.data(), headerVersion, renamed, version);
    }

    private void write(Connection connection, ByteBuffer frame, OutputStream to) throws IOException {
        var whole = ByteBuffer.allocate(4 + frame.remaining());
        whole.putInt(frame.remaining()).put(frame);
        pass(connection, whole.array(), whole.capacity(), to);
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // It is closed, or was never open.
        }
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
        pipes.shutdownNow();
    }
}
