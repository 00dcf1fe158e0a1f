-- Which pages and databases show which copied files. files is a hash, key of a file → `holders|record`, where holders are ids separated by commas
-- and record is what is known of the bytes; dropped is the set of the keys that nothing shows.

-- From now on the object shows these files: in each line a key, and behind a space its record.
-- before are the keys that it showed until now, separated by spaces. Answers those that it shows now in the same way.
local function show_files(files, dropped, id, before, lines)
  local was_shown, records, shown, touched = {}, {}, {}, {}
  for key in before:gmatch('%S+') do was_shown[key] = true end
  for line in lines:gmatch('[^\n]+') do
    local key, record = line:match('^(%S+) (.*)$')
    shown[#shown + 1], records[key] = key, record
    if not was_shown[key] then touched[#touched + 1] = key end
  end
  for key in before:gmatch('%S+') do
    if not records[key] then touched[#touched + 1] = key end
  end
  local kept, gone = {}, {}
  for i, text in ipairs(fetch(files, touched)) do
    local key, pages = touched[i], {}
    for page in (text or '|'):match('^(.-)|'):gmatch('[^,]+') do
      if page ~= id then pages[#pages + 1] = page end
    end
    if records[key] then pages[#pages + 1] = id end
    if #pages > 0 then
      kept[#kept + 1] = key
      kept[#kept + 1] = table.concat(pages, ',') .. '|' .. (records[key] or text:match('|(.*)$'))
    else
      gone[#gone + 1] = key
    end
  end
  -- One that was shown before may have been copied anew.
  add('SREM', dropped, shown)
  add('HSET', files, kept)
  add('HDEL', files, gone)
  add('SADD', dropped, gone)
  return table.concat(shown, ' ')
end

-- The same for the object that is committed, whose meta has the keys that it shows; 'kept' leaves them.
local function set_files(files, dropped, meta, id, before, lines)
  if lines == 'kept' or lines == '' and not before then return end
  local shown = show_files(files, dropped, id, before or '', lines)
  if shown ~= before then call('HSET', meta, 'files', shown) end
end
