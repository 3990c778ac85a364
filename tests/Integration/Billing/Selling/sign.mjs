// Signs and verifies with the providers' own packages. One JSON request on standard input, one JSON answer on standard output.
import Razorpay from 'razorpay';
import Stripe from 'stripe';
import { validatePaymentVerification } from 'razorpay/dist/utils/razorpay-utils.js';

const { action, body, secret, header, timestamp } = JSON.parse(await new Response(process.stdin).text());
const stripe = new Stripe('sk_test_of_nobody');
const actions = {
  'stripe-sign': () => stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp }),
  'stripe-verify': () => {
    try {
      return stripe.webhooks.constructEvent(body, header, secret).id;
    } catch (error) {
      return error.type;
    }
  },
  'razorpay-payment': () => {
    const [order_id, payment_id] = body.split('|');
    return validatePaymentVerification({ order_id, payment_id }, header, secret);
  },
  'razorpay-verify': () => Razorpay.validateWebhookSignature(body, header, secret),
};
process.stdout.write(JSON.stringify({ answer: actions[action]() }));
