import { Subscriber, type Observable, type Observer } from 'rxjs';

/**
 * Subscribes to `source` on behalf of `subscriber`, so that the source stops as soon as the subscriber has: also one
 * that emits during the call to subscribe, before there is a subscription to add.
 */
export function subscribeLinked<T>(source: Observable<T>, subscriber: Subscriber<never>, observer: Observer<T>): void {
  const inner = new Subscriber<T>(observer);
  subscriber.add(inner);
  source.subscribe(inner);
}
