// Names and colours by which runs are remembered: an adjective and an animal, decided by the run's id.

const ADJECTIVES =
  'amber ancient bold brave bright brisk calm candid clever copper cosy crisp curious dapper daring eager early fabled fair gentle gleaming golden happy hardy hazel honest humble ivory jolly keen kind lively lucky lunar mellow merry mighty misty modest nimble noble patient plucky polite proud quick quiet rapid rosy royal rustic silent silver sleepy smooth snowy solar spry steady sunny swift tidy velvet vivid warm wise witty'.split(
    ' ',
  );
const ANIMALS =
  'albatross badger beaver bison bittern bobcat butterfly camel caribou cheetah cicada cormorant crane cricket curlew dolphin dormouse dragonfly eagle egret falcon ferret finch gazelle gecko gibbon hare hedgehog heron ibex jackdaw jaguar kestrel kingfisher koala lemur leopard lynx magpie marmot marten mongoose moose narwhal newt ocelot octopus otter owl panda pelican penguin plover puffin quail rabbit raven robin salmon seal sparrow squirrel starling stork swallow tapir tern tortoise turtle walrus weasel wombat wren yak zebra'.split(
    ' ',
  );
/** As many different names as there are before numbers follow them. */
export const NAME_COUNT = ADJECTIVES.length * ANIMALS.length;
/** Runs' own palette: --run-0 … --run-7 in the style sheet. */
export const RUN_COLOURS = 8;

/** FNV-1a (Fowler, Noll and Vo) of a text's UTF-16 units: 32 bits. */
function hashed(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** The name numbered 0 … NAME_COUNT − 1. */
const nameAt = (place: number): string =>
  `${ADJECTIVES[place % ADJECTIVES.length]} ${ANIMALS[Math.floor(place / ADJECTIVES.length)]}`;

/**
 * A name that is not among those `taken`: always the same for the same id and the same names taken. When all are taken, numbers follow
 * them, from 2 on.
 */
export function runName(id: string, taken: Iterable<string> = []): string {
  const others = new Set(taken);
  const first = hashed(id) % NAME_COUNT;
  for (let round = 1; ; round++) {
    for (let step = 0; step < NAME_COUNT; step++) {
      const name = nameAt((first + step) % NAME_COUNT) + (round === 1 ? '' : ` ${round}`);
      if (!others.has(name)) return name;
    }
  }
}

/** The colour whose last use is longest ago; never used ones come first. @param used colours of the runs so far, newest first. */
export function freshColour(used: readonly number[]): number {
  const since = Array.from({ length: RUN_COLOURS }, (_, colour) => {
    const last = used.indexOf(colour);
    return last === -1 ? Number.POSITIVE_INFINITY : last;
  });
  return since.indexOf(Math.max(...since));
}
