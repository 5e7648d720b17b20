import type { RedisScript } from '../../../infra/redis/index.js';
import { SLOTS } from '../windows/sliding-window.js';
import { RETRY_RUNNING_MS } from './store.js';

/** Stands for the store's own time in the place of an instant. */
export const REDIS_TIME = -1;

/**
 * The sliding window of sliding-window.ts in a hash: use by slot; `total` of them; `first` and `latest`, between which
 * they lie. Numbers stay below 2^53, which Lua's are exact to.
 */
const WINDOW = `
local SLOTS = ${SLOTS}
local function instant(given)
  if given >= 0 then return given end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function fields(from, to)
  local names = {}
  for slot = from, to do names[#names + 1] = string.format('%.0f', slot) end
  return names
end
local function turn(key, width, now)
  local slot = math.floor(now / width)
  local state = redis.call('HMGET', key, 'total', 'first', 'latest')
  local total, first, latest = tonumber(state[1] or 0), tonumber(state[2] or slot), tonumber(state[3] or slot)
  if latest - slot > SLOTS or slot - latest > SLOTS then
    redis.call('DEL', key)
    return 0, slot, slot
  end
  latest = math.max(latest, slot)
  if first < latest - SLOTS then
    local gone = fields(first, latest - SLOTS - 1)
    for _, use in ipairs(redis.call('HMGET', key, unpack(gone))) do total = total - (tonumber(use) or 0) end
    redis.call('HDEL', key, unpack(gone))
    first = latest - SLOTS
    redis.call('HSET', key, 'total', total, 'first', first)
  end
  return total, first, latest
end
local function uses(key, first, latest)
  return redis.call('HMGET', key, unpack(fields(first, latest)))
end
local function add(key, width, slot, first, latest, difference)
  redis.call('HINCRBY', key, string.format('%.0f', slot), difference)
  redis.call('HINCRBY', key, 'total', difference)
  redis.call('HSET', key, 'first', first, 'latest', latest)
  redis.call('PEXPIRE', key, width * (SLOTS + 2))
end
`;

/**
 * Takes all demands of a call or none. KEYS: the buckets. ARGV: instant, call, lease in ms, then for each bucket its
 * amount, ms of a slot (0 where running calls are counted) and cost. Gives whether it was let through, then for each
 * bucket used, wait (-1: never), reset and slot.
 */
export const TAKE: RedisScript = {
  name: 'takeRates',
  lua: `${WINDOW}
local now, call, lease = instant(tonumber(ARGV[1])), ARGV[2], tonumber(ARGV[3])
local function waitFor(key, excess, first, latest, width)
  for place, use in ipairs(uses(key, first, latest)) do
    excess = excess - (tonumber(use) or 0)
    if excess <= 0 then return (first + place + SLOTS) * width - now end
  end
  return -1
end
local function resetOf(key, first, latest, width)
  local all = uses(key, first, latest)
  for place = #all, 1, -1 do
    if (tonumber(all[place]) or 0) > 0 then return (first + place + SLOTS) * width - now end
  end
  return 0
end
local read, fits = {}, true
for place, key in ipairs(KEYS) do
  local amount, width, cost = tonumber(ARGV[place * 3 + 1]), tonumber(ARGV[place * 3 + 2]), tonumber(ARGV[place * 3 + 3])
  local own = { width = width, cost = cost, slot = 0, wait = 0, reset = 0 }
  if width == 0 then
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
    own.used = redis.call('ZCARD', key)
    if redis.call('ZSCORE', key, call) then own.used = own.used - 1 end
    if own.used >= amount then own.wait = ${RETRY_RUNNING_MS} end
  else
    own.used, own.first, own.slot = turn(key, width, now)
    if cost > amount then own.wait = -1
    elseif own.used + cost > amount then
      own.wait = waitFor(key, own.used + cost - amount, own.first, own.slot, width)
    end
  end
  fits = fits and own.wait == 0
  read[place] = own
end
local answer = { fits and 1 or 0 }
for place, own in ipairs(read) do
  local key = KEYS[place]
  if fits and own.width == 0 then
    redis.call('ZADD', key, now + lease, call)
    redis.call('PEXPIRE', key, lease)
  elseif fits and own.cost > 0 then
    add(key, own.width, own.slot, own.first, own.slot, own.cost)
    own.reset = (own.slot + SLOTS + 1) * own.width - now
  elseif own.width > 0 and own.used > 0 then
    own.reset = resetOf(key, own.first, own.slot, own.width)
  end
  for _, value in ipairs({ own.used, own.wait, own.reset, own.slot }) do answer[#answer + 1] = value end
end
return answer`,
};

/** Corrects windows. KEYS: the buckets. ARGV: instant, then for each bucket ms of a slot, slot and difference. */
export const CORRECT: RedisScript = {
  name: 'correctRates',
  lua: `${WINDOW}
local now = instant(tonumber(ARGV[1]))
for place, key in ipairs(KEYS) do
  local width, slot = tonumber(ARGV[place * 3 - 1]), tonumber(ARGV[place * 3])
  local difference = tonumber(ARGV[place * 3 + 1])
  local _, first, latest = turn(key, width, now)
  if difference > 0 then slot = latest
  else difference = -math.min(-difference, tonumber(redis.call('HGET', key, string.format('%.0f', slot)) or 0)) end
  if difference ~= 0 then add(key, width, slot, first, latest, difference) end
end
return 1`,
};

/** Ends calls in the counts of running ones. KEYS: the buckets. ARGV: for each the call. */
export const RELEASE: RedisScript = {
  name: 'releaseRates',
  lua: `
for place, key in ipairs(KEYS) do redis.call('ZREM', key, ARGV[place]) end
return 1`,
};

/** Lets calls go on counting, also where they were forgotten. KEYS: the buckets. ARGV: lease in ms, then for each the call. */
export const RENEW: RedisScript = {
  name: 'renewRates',
  lua: `${WINDOW}
local now, lease = instant(${REDIS_TIME}), tonumber(ARGV[1])
for place, key in ipairs(KEYS) do
  redis.call('ZADD', key, now + lease, ARGV[place + 1])
  redis.call('PEXPIRE', key, lease)
end
return 1`,
};
