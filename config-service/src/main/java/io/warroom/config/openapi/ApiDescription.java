package io.warroom.config.openapi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What the features tell of their routes, on its way into the document. For one thread. */
public final class ApiDescription {

    static final String ROOT = "/api/v1/tenants/{tenantId}";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Map<String, Shape> shapes = new LinkedHashMap<>();
    private final List<Route> routes = new ArrayList<>();
    private final Map<String, String> topics = new LinkedHashMap<>();

    ApiDescription() {}

    /** Names a shape, for {@link Shape#named}. */
    public void shape(String name, Shape shape) {
        if (shapes.put(name, shape) != null) {
            throw new IllegalStateException("there are two shapes of the name " + name);
        }
    }

    /** Names a group of routes, and says what they have in common. */
    public void topic(String name, String words) {
        topics.put(name, words);
    }

    /**
     * Describes a route.
     *
     * @param path behind the tenant, as its controller gives it
     * @param id for generated clients: a verb and what it acts on
     */
    public Route route(String topic, String method, String path, String id, String summary) {
        var route = new Route(topic, method, ROOT + path, id, summary);
        routes.add(route);
        return route;
    }

    Map<String, Shape> shapes() {
        return shapes;
    }

    List<Route> routes() {
        return routes;
    }

    Map<String, String> topics() {
        return topics;
    }

    /** One parameter in the query. */
    record Query(String name, Shape shape, boolean repeatable) {}

    /** One answer of success. */
    record Answer(
            String words,
            String mediaType,
            @Nullable Shape body,
            @Nullable Object example,
            List<String> headers) {}

    /** One route. */
    public static final class Route {

        final String topic;
        final String method;
        final String pattern;
        final String id;
        final String summary;
        final List<String> words = new ArrayList<>();
        final Map<String, Object> bodyExamples = new LinkedHashMap<>();
        final List<Query> queries = new ArrayList<>();
        final Map<Integer, Answer> answers = new TreeMap<>();
        final Map<Integer, TreeSet<String>> problems = new TreeMap<>();

        @Nullable
        Shape body;

        private Route(String topic, String method, String pattern, String id, String summary) {
            this.topic = topic;
            this.method = method;
            this.pattern = pattern;
            this.id = id;
            this.summary = summary;
        }

        /** A paragraph. */
        public Route saying(String paragraph) {
            words.add(paragraph);
            return this;
        }

        /** What it takes as body. */
        public Route takes(Shape shape) {
            body = shape;
            return this;
        }

        /** An example of the body, in JSON. */
        public Route like(String name, String json) {
            bodyExamples.put(name, JSON.readValue(json, Object.class));
            return this;
        }

        /** A parameter in the query. */
        public Route query(String name, Shape shape) {
            queries.add(new Query(name, shape, false));
            return this;
        }

        /** A parameter in the query that may be given several times. */
        public Route queries(String name, Shape shape) {
            queries.add(new Query(name, shape, true));
            return this;
        }

        /** An answer without body. */
        public Route answers(int status, String words) {
            answers.put(status, new Answer(words, "", null, null, List.of()));
            return this;
        }

        /**
         * An answer.
         *
         * @param example in JSON
         * @param headers of {@link KnownHeaders}, by name
         */
        public Route answers(int status, String words, Shape shape, String example, String... headers) {
            answers.put(
                    status,
                    new Answer(
                            words, "application/json", shape, JSON.readValue(example, Object.class), List.of(headers)));
            return this;
        }

        /** An answer that is a stream of server-sent events. */
        public Route streams(String words, String example) {
            answers.put(200, new Answer(words, "text/event-stream", Shape.string(), example, List.of()));
            return this;
        }

        /** Refusals of its own, by their codes; those of every route are known. */
        public Route refuses(int status, String... codes) {
            problems.computeIfAbsent(status, _ -> new TreeSet<>()).addAll(List.of(codes));
            return this;
        }
    }
}
