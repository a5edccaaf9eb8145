package io.warroom.e2e.faults;

import io.warroom.e2e.Product;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * One viewer of a tenant's rooms: an event stream, and, as the console's list does, the list once more after a change, at most
 * once a second. Has two threads of its own; close it.
 */
final class Dashboard implements AutoCloseable {

    private static final Duration LIST_AT_MOST_EVERY = Duration.ofSeconds(1);

    private final Product product;
    private final String rooms;
    private final String text;
    private final Consumer<JsonNode> items;
    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicInteger lists = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final Thread streaming;
    private final Thread listing;
    private volatile boolean running = true;
    private volatile boolean changed = true;

    /**
     * @param text what the list is searched for; empty: no list is read
     * @param items of the stream
     */
    Dashboard(Product product, String tenant, String text, Consumer<JsonNode> items) {
        this.product = product;
        this.rooms = "/tenants/" + tenant + "/war-rooms";
        this.text = text;
        this.items = items;
        this.streaming = Thread.ofVirtual().start(this::stream);
        this.listing = Thread.ofVirtual().start(this::list);
    }

    private void stream() {
        while (running) {
            try (var lines = http.send(request(rooms + "/stream"), BodyHandlers.ofLines())
                    .body()) {
                lines.filter(line -> line.startsWith("data: {")).forEach(line -> {
                    changed = true;
                    items.accept(Product.JSON.readTree(line.substring("data: ".length())));
                });
                Thread.sleep(LIST_AT_MOST_EVERY); // it ended, or was refused
            } catch (IOException | java.io.UncheckedIOException e) {
                // Cut: it comes back.
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void list() {
        while (running && !text.isEmpty()) {
            try {
                Thread.sleep(LIST_AT_MOST_EVERY);
                if (changed) {
                    changed = false;
                    var answer = http.send(
                            request(rooms + "?q=" + URLEncoder.encode(text, StandardCharsets.UTF_8)),
                            BodyHandlers.ofString());
                    (answer.statusCode() == 200 ? lists : refused).incrementAndGet();
                }
            } catch (IOException e) {
                refused.incrementAndGet();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private HttpRequest request(String path) {
        return product.request("GET", path, null).build();
    }

    /** How many lists were read. */
    int lists() {
        return lists.get();
    }

    /** How many were not. */
    int refused() {
        return refused.get();
    }

    @Override
    public void close() {
        running = false;
        http.shutdownNow();
        try {
            listing.join();
            streaming.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
