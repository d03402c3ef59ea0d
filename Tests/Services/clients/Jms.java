import javax.jms.Connection;
import javax.jms.DeliveryMode;
import javax.jms.MessageConsumer;
import javax.jms.MessageProducer;
import javax.jms.Queue;
import javax.jms.Session;
import org.apache.activemq.ActiveMQConnectionFactory;

/** Messages by OpenWire: persistent ones, which wait for the broker, others, and their consumption. usage: Jms PORT TIGHT COUNT */
public class Jms {
    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[2]);
        String options = "?wireFormat.tightEncodingEnabled=" + arguments[1] + "&jms.watchTopicAdvisories=false&jms.prefetchPolicy.all=1000";
        Connection connection = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + arguments[0] + options).createConnection();
        connection.start();
        Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        Queue queue = session.createQueue("jobs");
        MessageProducer producer = session.createProducer(queue);
        for (int number = 0; number < count; number++) {
            producer.setDeliveryMode(number % 2 == 0 ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT);
            producer.send(session.createTextMessage("x".repeat(number * 10)));
        }
        MessageConsumer consumer = session.createConsumer(queue);
        for (int number = 0; number < count; number++) {
            if (consumer.receive(10_000) == null) System.exit(1);
        }
        connection.close();
        System.out.println(count);
    }
}
